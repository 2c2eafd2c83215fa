"""PyTorch's side of the comparison (the lines it answers: serve.ts). THREADS and FUSED come from the environment."""

import os
import sys

import numpy as np
import torch
from serve import data_of, serve

torch.set_num_threads(int(os.environ["THREADS"]))
FUSED = True if os.environ.get("FUSED") == "1" else None


def make(folder, net, batches):
    inputs, labels, weights = (torch.from_numpy(array) for array in data_of(folder, net))
    labels = labels.long()
    size = net["batchSize"]
    activation = torch.nn.ReLU if net["activation"] == "relu" else torch.nn.Sigmoid
    layers, taken = [], 0
    pairs = list(zip(net["sizes"][:-1], net["sizes"][1:]))
    for place, (features, out) in enumerate(pairs):
        last = place == len(pairs) - 1
        linear = torch.nn.Linear(features, out, bias=last)
        linear.weight.data = weights[taken : taken + features * out].reshape(out, features).clone()
        taken += features * out
        layers.append(linear)
        if last:
            linear.bias.data.zero_()
        else:
            layers += [torch.nn.BatchNorm1d(out), activation()]
    network = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(
        network.parameters(), lr=net["learningRate"], momentum=net["momentum"], fused=FUSED
    )
    cross_entropy = torch.nn.CrossEntropyLoss()

    def step(number):
        rows = slice(number % batches * size, (number % batches + 1) * size)
        optimizer.zero_grad()
        loss = cross_entropy(network(inputs[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        return loss

    return step


serve(sys.argv[1], make)
