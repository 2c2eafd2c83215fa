"""Golden vectors from PyTorch in float64: python make_golden.py writes layers.json beside this file.

Inputs are drawn in float32 and widened, so that a float32 layer sees exactly the same numbers.
Arrays are {"shape", "data"}: data is base64 of little-endian float64.
"""
import base64, json, pathlib

import numpy as np
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20150211)


def draw(*shape, mean=0.0, std=1.0, grad=False):
    values = torch.randn(*shape, generator=generator, dtype=torch.float32) * std + mean
    return values.float().double().requires_grad_(grad)


def pack(t):
    array = np.asarray(t.detach().numpy(), dtype="<f8", order="C")
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def packed(**tensors):
    return {name: pack(t) for name, t in tensors.items()}


cases = []


def case(layer, name, options, inputs, outputs):
    cases.append({"layer": layer, "name": name, "options": options, "inputs": inputs, "outputs": outputs})


# No shape with two values per channel or group: their gradient vanishes, and only rounding is left.
# BatchNorm: the article's steps one by one, so that mean and variance keep their gradients too; F.batch_norm must agree.
for shape in [(4, 1), (5, 3), (32, 10), (3, 513), (4, 3, 1), (3, 5, 7), (2, 1, 3, 3), (5, 4, 1, 1), (2, 3, 5, 7)]:
    x = draw(*shape, mean=3.0, std=2.0, grad=True)
    c = shape[1]
    gamma, beta = draw(c, mean=1.0, std=0.5, grad=True), draw(c, grad=True)
    g = draw(*shape)
    axes = [a for a in range(len(shape)) if a != 1]
    wide = [1, c] + [1] * (len(shape) - 2)
    m = x.numel() // c
    mean = x.mean(axes)
    centered = x - mean.view(wide)
    variance = (centered ** 2).mean(axes)
    inverse_std = 1 / torch.sqrt(variance + 1e-5)
    normalized = centered * inverse_std.view(wide)
    scaled = normalized * gamma.view(wide)
    output = scaled + beta.view(wide)
    nodes = [mean, variance]
    for node in nodes:
        node.retain_grad()
    (output * g).sum().backward()
    running_mean, running_variance = torch.zeros(c), torch.ones(c)
    x2, gamma2, beta2 = (t.detach().clone().requires_grad_() for t in (x, gamma, beta))
    fused = F.batch_norm(x2, running_mean, running_variance, gamma2, beta2, True, 0.1, 1e-5)
    (fused * g).sum().backward()
    assert torch.allclose(fused, output, rtol=1e-10, atol=1e-10) and torch.allclose(x2.grad, x.grad, rtol=1e-8, atol=1e-10)
    case("BatchNorm", f"train {list(shape)}", {}, packed(x=x, gradOutput=g, gamma=gamma, beta=beta), packed(
        output=output, gradInput=x.grad, gammaGradient=gamma.grad, betaGradient=beta.grad, mean=mean, variance=variance,
        meanGradient=mean.grad, varianceGradient=variance.grad, runningMean=running_mean, runningVariance=running_variance))

for shape in [(1, 3), (4, 513), (2, 3, 5, 7)]:
    c = shape[1]
    x, gamma, beta, g = draw(*shape, grad=True), draw(c, mean=1.0, grad=True), draw(c, grad=True), draw(*shape)
    running_mean, running_variance = draw(c), draw(c).abs() + 0.5
    running_variance = running_variance.float().double()
    output = F.batch_norm(x, running_mean.clone(), running_variance.clone(), gamma, beta, False, 0.1, 1e-3)
    (output * g).sum().backward()
    case("BatchNorm", f"eval {list(shape)}", {"eps": 1e-3},
         packed(x=x, gradOutput=g, gamma=gamma, beta=beta, runningMean=running_mean, runningVariance=running_variance),
         packed(output=output, gradInput=x.grad, gammaGradient=gamma.grad, betaGradient=beta.grad))

# Two batches through the running statistics, at both meanings of momentum.
for momentum in (0.3, None):
    layer = torch.nn.BatchNorm1d(3, momentum=momentum)
    first, second = draw(5, 3, mean=2.0), draw(4, 3, std=3.0)
    layer(first), layer(second)
    case("BatchNorm", f"running statistics, momentum {momentum}", {"momentum": momentum}, packed(first=first, second=second),
         packed(runningMean=layer.running_mean, runningVariance=layer.running_var))

for shape in [(4, 1), (3, 5), (2, 513), (2, 3, 7)]:
    d = shape[-1]
    x, gamma, beta, g = draw(*shape, mean=1.0, grad=True), draw(d, mean=1.0, grad=True), draw(d, grad=True), draw(*shape)
    output = F.layer_norm(x, (d,), gamma, beta, 1e-5)
    (output * g).sum().backward()
    case("LayerNorm", f"{list(shape)}", {}, packed(x=x, gradOutput=g, gamma=gamma, beta=beta),
         packed(output=output, gradInput=x.grad, gammaGradient=gamma.grad, betaGradient=beta.grad))

for groups, shape in [(1, (3, 4)), (2, (3, 6)), (3, (2, 513)), (1, (2, 4, 1)), (3, (2, 6, 5)), (1, (3, 1, 3, 3)), (2, (2, 4, 3, 5))]:
    c = shape[1]
    x, gamma, beta, g = draw(*shape, mean=1.0, grad=True), draw(c, mean=1.0, grad=True), draw(c, grad=True), draw(*shape)
    output = F.group_norm(x, groups, gamma, beta, 1e-5)
    (output * g).sum().backward()
    case("GroupNorm", f"{groups} groups {list(shape)}", {"groups": groups}, packed(x=x, gradOutput=g, gamma=gamma, beta=beta),
         packed(output=output, gradInput=x.grad, gammaGradient=gamma.grad, betaGradient=beta.grad))

for n, i, o in [(1, 1, 1), (3, 5, 7), (4, 513, 3), (2, 3, 513), (32, 17, 9)]:
    x, w, b, g = draw(n, i, grad=True), draw(o, i, std=0.3, grad=True), draw(o, grad=True), draw(n, o)
    output = F.linear(x, w, b)
    (output * g).sum().backward()
    case("Linear", f"{n} × {i} → {o}", {}, packed(x=x, gradOutput=g, weight=w, bias=b),
         packed(output=output, gradInput=x.grad, weightGradient=w.grad, biasGradient=b.grad))

for layer, function in [("ReLU", torch.relu), ("Sigmoid", torch.sigmoid), ("Tanh", torch.tanh)]:
    for shape in [(1, 1), (3, 5), (2, 513), (2, 3, 5, 7)]:
        x, g = draw(*shape, std=2.0, grad=True), draw(*shape)
        output = function(x)
        (output * g).sum().backward()
        case(layer, f"{list(shape)}", {}, packed(x=x, gradOutput=g), packed(output=output, gradInput=x.grad))

for n, classes in [(1, 2), (5, 3), (3, 513), (32, 10)]:
    z = draw(n, classes, std=2.0, grad=True)
    labels = torch.randint(0, classes, (n,), generator=generator)
    loss = F.cross_entropy(z, labels)
    loss.backward()
    case("crossEntropy", f"[{n}, {classes}]", {}, packed(logits=z, labels=labels.double()), packed(loss=loss, gradient=z.grad))

for shape in [(1, 1), (5, 3), (3, 513)]:
    prediction, target = draw(*shape, grad=True), draw(*shape)
    loss = F.mse_loss(prediction, target)
    loss.backward()
    case("meanSquaredError", f"{list(shape)}", {}, packed(prediction=prediction, target=target), packed(loss=loss, gradient=prediction.grad))

# Optimizers: five steps with given gradients.
OPTIMIZERS = [
    ("SGD", {"learningRate": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1)),
    ("SGD", {"learningRate": 0.1, "momentum": 0.9}, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    ("SGD", {"learningRate": 0.05, "momentum": 0.8, "nesterov": True, "weightDecay": 0.01},
     lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.01)),
    ("SGD", {"learningRate": 0.1, "weightDecay": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.1)),
    ("Adam", {}, lambda p: torch.optim.Adam(p)),
    ("Adam", {"learningRate": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-6, "weightDecay": 0.1},
     lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
    ("Adam", {"learningRate": 0.02, "weightDecay": 0.1, "decoupled": True}, lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1)),
]
for layer, options, make in OPTIMIZERS:
    value = draw(3, 5, grad=True)
    start = value.detach().clone()
    gradients = draw(5, 3, 5)
    optimizer = make([value])
    for gradient in gradients:
        value.grad = gradient.clone()
        optimizer.step()
    case(layer, json.dumps(options), options, packed(value=start, gradients=gradients), packed(value=value))

# A whole network: gradients through Linear, BatchNorm, LayerNorm, GroupNorm and every activation, one training step deep.
torch.manual_seed(7)
net = torch.nn.Sequential(
    torch.nn.Linear(6, 8), torch.nn.BatchNorm1d(8), torch.nn.ReLU(), torch.nn.Linear(8, 9), torch.nn.LayerNorm(9), torch.nn.Tanh(),
    torch.nn.Linear(9, 8), torch.nn.GroupNorm(2, 8), torch.nn.Sigmoid(), torch.nn.Linear(8, 3))
for parameter in net.parameters():
    parameter.data = draw(*parameter.shape, std=0.5) + (1.0 if parameter.dim() == 1 else 0.0)
state = {f"{name}": p.detach().clone() for name, p in net.named_parameters()}
x, labels = draw(11, 6, grad=True), torch.randint(0, 3, (11,), generator=generator)
loss = F.cross_entropy(net(x), labels)
loss.backward()
case("Sequential", "Linear, norms and activations", {}, packed(x=x, labels=labels.double(), **state),
     packed(loss=loss, gradInput=x.grad, **{name: p.grad for name, p in net.named_parameters()}))

# Schedules: the rate of each step, where the optimizer's own is 1.
LR = torch.optim.lr_scheduler
SCHEDULES = [
    ("constant", {"kind": "constant", "factor": 0.3}, 5, lambda o: LR.LambdaLR(o, lambda step: 0.3)),
    ("step", {"kind": "step", "every": 7, "factor": 0.3}, 40, lambda o: LR.StepLR(o, 7, gamma=0.3)),
    ("step at", {"kind": "step", "at": [5, 12, 13], "factor": 0.5}, 20, lambda o: LR.MultiStepLR(o, [5, 12, 13], gamma=0.5)),
    ("cosine", {"kind": "cosine", "steps": 20, "least": 0}, 21, lambda o: LR.CosineAnnealingLR(o, 20)),
    ("cosine to", {"kind": "cosine", "steps": 33, "least": 0.1}, 34, lambda o: LR.CosineAnnealingLR(o, 33, eta_min=0.1)),
    ("warmup", {"kind": "warmup", "steps": 8, "from": 0.25}, 12, lambda o: LR.LinearLR(o, 0.25, total_iters=8)),
    ("warmup, cosine", {"kind": "warmup", "steps": 5, "from": 0.1, "after": {"kind": "cosine", "steps": 15, "least": 0.05}}, 20,
     lambda o: LR.SequentialLR(o, [LR.LinearLR(o, 0.1, total_iters=5), LR.CosineAnnealingLR(o, 15, eta_min=0.05)], milestones=[5])),
]
for name, options, steps, make in SCHEDULES:
    optimizer = torch.optim.SGD([draw(1, grad=True)], lr=1.0)
    scheduler = make(optimizer)
    factors = []
    for _ in range(steps):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    case("schedule", name, options, {}, packed(factors=torch.tensor(factors)))

# Clipping: gradients of two parameters whose norm is above and below.
for most in (0.5, 100.0):
    parameters = [draw(3, 5, grad=True), draw(7, grad=True)]
    gradients = [draw(3, 5), draw(7, std=3.0)]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters, most)
    case("clipGradients", f"to {most}", {"most": most}, packed(first=gradients[0], second=gradients[1]),
         packed(norm=norm, first=parameters[0].grad, second=parameters[1].grad))

# Groups, schedule and clipping together: six steps with given gradients.
GROUPS = [
    ("SGD", [{}, {"learningRate": 0.01, "momentum": 0, "weightDecay": 0}], {"learningRate": 0.1, "momentum": 0.9, "weightDecay": 0.05},
     lambda a, b: torch.optim.SGD([{"params": [a]}, {"params": [b], "lr": 0.01, "momentum": 0, "weight_decay": 0}],
                                  lr=0.1, momentum=0.9, weight_decay=0.05)),
    ("Adam", [{"weightDecay": 0.1}, {"beta1": 0.5, "learningRate": 0.3}], {"learningRate": 0.02},
     lambda a, b: torch.optim.Adam([{"params": [a], "weight_decay": 0.1}, {"params": [b], "betas": (0.5, 0.999), "lr": 0.3}], lr=0.02)),
]
for layer, groups, options, make in GROUPS:
    first, second = draw(3, 5, grad=True), draw(7, grad=True)
    starts = packed(first=first, second=second)
    firsts, seconds = draw(6, 3, 5), draw(6, 7)
    optimizer = make(first, second)
    scheduler = LR.CosineAnnealingLR(optimizer, 6)
    for step in range(6):
        first.grad, second.grad = firsts[step].clone(), seconds[step].clone()
        torch.nn.utils.clip_grad_norm_([first, second], 2.0)
        optimizer.step()
        scheduler.step()
    case(f"{layer} in groups", "cosine over 6 steps, clipped to 2", {"groups": groups, "options": options},
         {**starts, **packed(firsts=firsts, seconds=seconds)}, packed(first=first, second=second))

# Convolution: [N, C, H, W], outputs, kernel, and how it lies; odd shapes among them.
def convolutions():
    yield (1, 1, 1, 1), 1, 1, {}
    yield (2, 3, 5, 7), 4, 3, {}
    yield (3, 2, 6, 5), 3, 3, {"padding": "same"}
    yield (2, 1, 8, 8), 5, 5, {"padding": "same"}
    yield (2, 2, 7, 6), 3, (2, 4), {"padding": "same"}
    yield (2, 3, 9, 7), 2, 3, {"stride": 2, "padding": 1}
    yield (1, 2, 11, 10), 3, 3, {"stride": 3, "padding": 1}
    yield (2, 4, 8, 8), 3, 1, {"stride": 2}
    yield (2, 3, 4, 4), 5, 4, {}
    yield (1, 2, 3, 3), 2, 5, {"padding": 2}
    yield (2, 2, 6, 9), 3, (3, 1), {"stride": (2, 3), "padding": (2, 0)}
    yield (2, 2, 5, 5), 2, 2, {"stride": 3}
    yield (4, 5, 14, 14), 9, 3, {"padding": "same"}


for shape, outputs, kernel, how in convolutions():
    for bias in (True, False):
        kh, kw = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        x = draw(*shape, mean=0.3, grad=True)
        w, b = draw(outputs, shape[1], kh, kw, std=0.3, grad=True), draw(outputs, grad=True)
        output = F.conv2d(x, w, b if bias else None, **how)
        g = draw(*output.shape)
        (output * g).sum().backward()
        options = {**how, "bias": bias, "kernel": [kh, kw]}
        inputs, outs = packed(x=x, gradOutput=g, weight=w), packed(output=output, gradInput=x.grad, weightGradient=w.grad)
        if bias:
            inputs, outs = {**inputs, **packed(bias=b)}, {**outs, **packed(biasGradient=b.grad)}
        case("Conv2d", f"{list(shape)} → {outputs}, kernel {kernel}, {how}, bias {bias}", options, inputs, outs)

# Standardized weights: batch norm of the weights, with each output for a channel.
for shape, outputs, kernel, how in [((2, 3, 5, 6), 4, 3, {"padding": 1}), ((3, 5, 4, 4), 3, 1, {"stride": 2})]:
    x, w, b = draw(*shape, grad=True), draw(outputs, shape[1], kernel, kernel, mean=0.4, grad=True), draw(outputs, grad=True)
    standardized = F.batch_norm(w.view(1, outputs, -1), None, None, training=True, eps=1e-5).view_as(w)
    output = F.conv2d(x, standardized, b, **how)
    g = draw(*output.shape)
    (output * g).sum().backward()
    case("Conv2d", f"{list(shape)} → {outputs}, weights standardized", {**how, "bias": True, "kernel": [kernel, kernel], "weightStandardization": True},
         packed(x=x, gradOutput=g, weight=w, bias=b), packed(output=output, gradInput=x.grad, weightGradient=w.grad, biasGradient=b.grad))

POOLINGS = [
    ((1, 1, 1, 1), 1, {}), ((2, 3, 6, 8), 2, {}), ((2, 2, 7, 5), 2, {}), ((1, 2, 9, 9), 3, {"stride": 2}),
    ((2, 1, 8, 7), 3, {"stride": 2, "padding": 1}), ((1, 3, 5, 6), (2, 3), {"stride": (1, 2), "padding": (1, 0)}), ((2, 2, 4, 4), 4, {}),
]
for layer, function in [("MaxPool2d", F.max_pool2d), ("AvgPool2d", F.avg_pool2d)]:
    for shape, kernel, how in POOLINGS:
        x = draw(*shape, grad=True)
        output = function(x, kernel, **how)
        g = draw(*output.shape)
        (output * g).sum().backward()
        case(layer, f"{list(shape)}, {kernel}, {how}", {**how, "kernel": kernel}, packed(x=x, gradOutput=g), packed(output=output, gradInput=x.grad))

for shape in [(1, 1, 1, 1), (2, 3, 5, 7), (4, 32, 3, 3)]:
    x = draw(*shape, mean=1.0, grad=True)
    output = x.mean((2, 3))
    g = draw(*output.shape)
    (output * g).sum().backward()
    case("GlobalAvgPool2d", f"{list(shape)}", {}, packed(x=x, gradOutput=g), packed(output=output, gradInput=x.grad))

for shape in [(3, 2, 7), (1, 1, 3, 3), (2, 4, 3, 5)]:
    c = shape[1]
    x, gamma, beta, g = draw(*shape, mean=1.0, grad=True), draw(c, mean=1.0, grad=True), draw(c, grad=True), draw(*shape)
    output = F.instance_norm(x, weight=gamma, bias=beta, eps=1e-5)
    (output * g).sum().backward()
    case("InstanceNorm", f"{list(shape)}", {}, packed(x=x, gradOutput=g, gamma=gamma, beta=beta),
         packed(output=output, gradInput=x.grad, gammaGradient=gamma.grad, betaGradient=beta.grad))

for shape in [(4, 2), (3, 5), (2, 513), (2, 3, 7)]:
    d = shape[-1]
    x, gamma, g = draw(*shape, mean=1.0, grad=True), draw(d, mean=1.0, grad=True), draw(*shape)
    output = F.rms_norm(x, (d,), gamma, 1e-5)
    (output * g).sum().backward()
    case("RMSNorm", f"{list(shape)}", {}, packed(x=x, gradOutput=g, gamma=gamma), packed(output=output, gradInput=x.grad, gammaGradient=gamma.grad))

# Ghost batches: the groups one after the other through one layer.
for shape, ghost in [((8, 3), 4), ((7, 2), 3), ((6, 3, 2, 2), 2), ((5, 2, 3, 3), 5), ((4, 2, 2, 2), 9), ((5, 2, 2, 2), 1)]:
    layer = (torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d)(shape[1], momentum=0.3)
    if len(shape) == 2 and shape[0] % ghost == 1:
        shape = (shape[0] + 1, *shape[1:])
    layer.weight.data, layer.bias.data = draw(shape[1], mean=1.0), draw(shape[1])
    x, g = draw(*shape, mean=2.0, grad=True), draw(*shape)
    output = torch.cat([layer(part) for part in x.split(ghost)])
    (output * g).sum().backward()
    case("BatchNorm", f"ghost batches of {ghost}, {list(shape)}", {"ghostBatchSize": ghost, "momentum": 0.3},
         packed(x=x, gradOutput=g, gamma=layer.weight, beta=layer.bias),
         packed(output=output, gradInput=x.grad, gammaGradient=layer.weight.grad, betaGradient=layer.bias.grad,
                runningMean=layer.running_mean, runningVariance=layer.running_var))

# A branch beside a shortcut, without and with a trained scale.
for scale in (None, 0.7, 0.0):
    x, g = draw(3, 2, 5, 5, grad=True), draw(3, 4, 3, 3)
    w, s = draw(4, 2, 3, 3, std=0.3, grad=True), draw(4, 2, 1, 1, grad=True)
    factor = torch.tensor(1.0 if scale is None else scale, requires_grad=True)
    output = F.conv2d(x, s, stride=2) + factor * torch.tanh(F.conv2d(x, w, stride=2, padding=1))
    (output * g).sum().backward()
    outs = packed(**{"output": output, "gradInput": x.grad, "branch.0.weight": w.grad, "shortcut.weight": s.grad})
    case("Residual", f"scale {scale}", {} if scale is None else {"scale": scale},
         packed(**{"x": x, "gradOutput": g, "branch.0.weight": w, "shortcut.weight": s}),
         outs if scale is None else {**outs, **packed(scale=factor.grad)})

path = pathlib.Path(__file__).parent / "layers.json"
lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in cases)
path.write_text(f'{{"torch": "{torch.__version__.split("+")[0]}", "cases": [\n{lines}\n]}}\n', encoding="utf-8")
print(len(cases), "cases,", path.stat().st_size, "bytes")
