"""A NumPy programmer's side of the comparison: forward and backward pass by hand (the lines it answers: serve.ts)."""

import sys

import numpy as np
from serve import data_of, serve

EPS = np.float32(1e-5)


def make(folder, net, batches):
    inputs, labels, flat = data_of(folder, net)
    inputs = inputs.reshape(-1, net["sizes"][0])
    size = net["batchSize"]
    rate, keep = np.float32(net["learningRate"]), np.float32(net["momentum"])
    relu = net["activation"] == "relu"
    parameters, taken = [], 0
    for features, out in zip(net["sizes"][:-1], net["sizes"][1:]):
        weight = flat[taken : taken + features * out].reshape(out, features).T.copy()
        taken += features * out
        parameters.append([weight, np.ones(out, "f4"), np.zeros(out, "f4")])
    velocities = [[np.zeros_like(value) for value in layer] for layer in parameters]
    running = [[np.zeros(out, "f4"), np.ones(out, "f4")] for out in net["sizes"][1:]]
    hidden = len(parameters) - 1

    def step(number):
        rows = slice(number % batches * size, (number % batches + 1) * size)
        x, y = inputs[rows], labels[rows]
        kept, value = [], x
        for layer in range(hidden):
            weight, gamma, beta = parameters[layer]
            z = value @ weight
            mean, variance = z.mean(0), z.var(0)
            inverse = 1 / np.sqrt(variance + EPS)
            normalized = (z - mean) * inverse
            running[layer][0] = np.float32(0.9) * running[layer][0] + np.float32(0.1) * mean
            running[layer][1] = np.float32(0.9) * running[layer][1] + np.float32(0.1 * size / (size - 1)) * variance
            scaled = gamma * normalized + beta
            out = np.maximum(scaled, 0) if relu else 1 / (1 + np.exp(-scaled))
            kept.append((value, normalized, inverse, out))
            value = out
        logits = value @ parameters[-1][0] + parameters[-1][2]
        logits = logits - logits.max(1, keepdims=True)
        exponentials = np.exp(logits)
        sums = exponentials.sum(1, keepdims=True)
        each = np.arange(size)
        loss = (np.log(sums[:, 0]) - logits[each, y]).mean()
        g = exponentials / sums
        g[each, y] -= 1
        g /= size
        gradients = [None] * (hidden + 1)
        gradients[-1] = (value.T @ g, None, g.sum(0))
        g = g @ parameters[-1][0].T
        for layer in range(hidden - 1, -1, -1):
            value, normalized, inverse, out = kept[layer]
            g = g * (out > 0) if relu else g * out * (1 - out)
            grad_beta, grad_gamma = g.sum(0), (g * normalized).sum(0)
            scale = parameters[layer][1] * inverse / np.float32(size)
            g = scale * (np.float32(size) * g - grad_beta - normalized * grad_gamma)
            gradients[layer] = (value.T @ g, grad_gamma, grad_beta)
            if layer:
                g = g @ parameters[layer][0].T
        for values, speeds, slopes in zip(parameters, velocities, gradients):
            for value, speed, slope in zip(values, speeds, slopes):
                if slope is None:
                    continue
                if keep:
                    speed *= keep
                    speed += slope
                    value -= rate * speed
                else:
                    value -= rate * slope
        return float(loss)

    return step


serve(sys.argv[1], make)
