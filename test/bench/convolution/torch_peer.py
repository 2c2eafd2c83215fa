"""PyTorch's side of the comparison of networks of images (the lines it answers: ../trainer/serve.ts), in one thread."""

import os
import sys
from pathlib import Path

import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "trainer"))
from serve import data_of, serve  # noqa: E402

torch.set_num_threads(int(os.environ["THREADS"]))
CHANNELS_LAST = os.environ.get("CHANNELS_LAST") == "1"
FUSED = True if os.environ.get("FUSED") == "1" else None


def conv(inputs, outputs, kernel=3, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.branch = nn.Sequential(
            nn.BatchNorm2d(inputs), nn.ReLU(), conv(inputs, outputs, 3, stride),
            nn.BatchNorm2d(outputs), nn.ReLU(), conv(outputs, outputs),
        )
        self.shortcut = conv(inputs, outputs, 1, stride) if stride != 1 or inputs != outputs else nn.Identity()

    def forward(self, x):
        return self.shortcut(x) + self.branch(x)


def network_of(net):
    channels, blocks = net["channels"], net["blocks"]
    if blocks is None:
        layers, width = [], 1
        for out in channels:
            layers += [conv(width, out), nn.BatchNorm2d(out), nn.ReLU(), nn.MaxPool2d(2)]
            width = out
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(9 * width, 10))
    layers, width = [conv(1, channels[0])], channels[0]
    for stage, (out, count) in enumerate(zip(channels, blocks)):
        for block in range(count):
            layers.append(Residual(width, out, 2 if stage > 0 and block == 0 else 1))
            width = out
    return nn.Sequential(*layers, nn.BatchNorm2d(width), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))


def make(folder, net, batches):
    inputs, labels, weights = (torch.from_numpy(array) for array in data_of(folder, net))
    labels = labels.long()
    inputs = inputs.reshape(-1, 1, 28, 28)
    size = net["batchSize"]
    network = network_of(net)
    taken = 0
    for parameter in network.parameters():
        if parameter.dim() > 1:
            parameter.data = weights[taken : taken + parameter.numel()].reshape(parameter.shape).clone()
            taken += parameter.numel()
    network[-1].bias.data.zero_()
    if CHANNELS_LAST:
        network = network.to(memory_format=torch.channels_last)
        inputs = inputs.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(network.parameters(), lr=net["learningRate"], momentum=net["momentum"], fused=FUSED)
    cross_entropy = nn.CrossEntropyLoss()

    def step(number):
        rows = slice(number % batches * size, (number % batches + 1) * size)
        optimizer.zero_grad()
        loss = cross_entropy(network(inputs[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        return loss

    return step


serve(sys.argv[1], make)
