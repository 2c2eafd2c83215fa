"""What a peer in Python answers on its standard input; serve.ts says what."""

import json
import sys
import time

import numpy as np

COMPARED_STEPS = 4
WARM_UP_MS = 500


def data_of(folder, net):
    def read(kind, dtype):
        return np.fromfile(f"{folder}/{net['name']}.{kind}", dtype)

    inputs = read("inputs", "<f4").reshape(-1, net["sizes"][0])
    return inputs, read("labels", "<i4"), read("weights", "<f4")


def timed(step, milliseconds):
    start = time.perf_counter()
    steps = 0
    while True:
        step(steps)
        steps += 1
        elapsed = (time.perf_counter() - start) * 1e3
        if elapsed >= milliseconds:
            return {"steps": steps, "ms": elapsed}


def serve(folder, make):
    with open(f"{folder}/nets.json") as file:
        described = json.load(file)
    nets = {net["name"]: net for net in described["nets"]}
    steps = {}
    for line in sys.stdin:
        name, what = line.split()
        if what == "losses":
            step = make(folder, nets[name], described["batches"])
            answer = {"losses": [float(step(number)) for number in range(COMPARED_STEPS)]}
        else:
            if name not in steps:
                steps[name] = make(folder, nets[name], described["batches"])
                timed(steps[name], WARM_UP_MS)
            answer = timed(steps[name], float(what))
        print(json.dumps(answer), flush=True)
