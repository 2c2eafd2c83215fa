"""PyTorch's side of the sweep: one of several processes, each with its share of the runs. It answers the lines of sweep-normlab.ts."""

import json
import sys

import torch

torch.set_num_threads(1)
FEATURES, WIDTH, CLASSES, BATCH, EXAMPLES = 64, 64, 10, 32, 1437


def run(seed, steps):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.rand(EXAMPLES, FEATURES, generator=generator)
    labels = torch.randint(CLASSES, (EXAMPLES,), generator=generator)
    torch.manual_seed(seed)
    layers = []
    for features in (FEATURES, WIDTH):
        layers += [torch.nn.Linear(features, WIDTH, bias=False), torch.nn.BatchNorm1d(WIDTH), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers, torch.nn.Linear(WIDTH, CLASSES))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, fused=True)
    cross_entropy = torch.nn.CrossEntropyLoss()
    per_epoch = EXAMPLES // BATCH
    for step in range(steps):
        if step % per_epoch == 0:
            order = torch.randperm(EXAMPLES, generator=generator)
        rows = order[step % per_epoch * BATCH :][:BATCH]
        optimizer.zero_grad()
        loss = cross_entropy(network(inputs[rows]), labels[rows])
        loss.backward()
        optimizer.step()


for line in sys.stdin:
    runs, steps, first_seed = map(int, line.split())
    for seed in range(first_seed, first_seed + runs):
        run(seed, steps)
    print(json.dumps({"runs": runs}), flush=True)
