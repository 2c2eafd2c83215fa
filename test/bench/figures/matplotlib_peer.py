"""Draws the samples with matplotlib as SVG and prints milliseconds as JSON: import, first picture, later ones."""

import io
import json
import math
import time

start = time.perf_counter()
import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

imported = time.perf_counter() - start
STEPS = range(200)


def losses(shift):
    figure, axes = plt.subplots(figsize=(7, 4.5))
    for k, name in enumerate(["without", "with batch normalization"]):
        axes.plot(STEPS, [(2 + k + shift) / (1 + i / 10) + 0.05 * math.sin(i) for i in STEPS], label=name)
    axes.set(title="Training loss", xlabel="step", ylabel="loss (nats)")
    axes.legend()
    return figure


def histogram(shift):
    figure, axes = plt.subplots(figsize=(7, 4.5))
    for k in range(2):
        axes.hist([math.sin(i * i) + k + shift for i in range(500)], bins=40, alpha=0.6, label=f"layer {k}")
    axes.set(title="Activations", xlabel="activation", ylabel="count")
    axes.legend()
    return figure


def heatmap(shift):
    figure, axes = plt.subplots(figsize=(7, 4.5))
    values = [[math.sin(i / 4 + shift) * math.cos(j / 5) for j in range(30)] for i in range(20)]
    figure.colorbar(axes.imshow(values, aspect="auto", origin="lower"))
    axes.set(title="Accuracy", xlabel="learning rate", ylabel="initialization")
    return figure


def multiples(shift):
    figure, grid = plt.subplots(2, 2, figsize=(7, 4.5))
    for k, axes in enumerate(grid.flat):
        axes.plot(range(50), [math.sin(i / 5 + k + shift) for i in range(50)], label=f"layer {k}")
        axes.legend()
    figure.suptitle("Small multiples")
    return figure


times = []
for shift in range(4):
    for draw in [losses, histogram, heatmap, multiples]:
        begin = time.perf_counter()
        figure = draw(shift)
        figure.savefig(io.StringIO(), format="svg")
        plt.close(figure)
        times.append(1000 * (time.perf_counter() - begin))
print(json.dumps({"imported": 1000 * imported, "first": times[0], "later": times[1:]}))
