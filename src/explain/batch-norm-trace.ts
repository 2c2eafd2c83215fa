/**
 * BatchNorm's computation graph, node by node, in float64. It computes the gradient the long way, one local
 * derivative after the other as in the article, and so checks the closed form that backward() uses.
 */

import type { ChannelShape } from "../nn/channels.js";
import type { BatchNormStep } from "../nn/layers/batch-norm-step.js";
import { type Tensor, zeros } from "../tensor/tensor.js";
import { BackwardTrace, type TraceNode } from "./backward-trace.js";
import { type BatchNormNodeName, type BatchNormNodes, channelOf } from "./batch-norm-nodes.js";
import { finiteDifferenceErrors } from "./finite-differences.js";

const FORMULAS: Record<BatchNormNodeName, { formula: string; gradientFormula: string }> = {
  mean: { formula: "mean = Σ x / m", gradientFormula: "∂mean = −Σ ∂centered" },
  centered: {
    formula: "centered = x − mean",
    gradientFormula: "∂centered = ∂normalized · inverseStd + ∂variance · 2 · centered / m",
  },
  variance: {
    formula: "variance = Σ centered² / m",
    gradientFormula: "∂variance = −½ · inverseStd³ · ∂inverseStd",
  },
  inverseStd: {
    formula: "inverseStd = 1 / √(variance + eps)",
    gradientFormula: "∂inverseStd = Σ ∂normalized · centered",
  },
  normalized: {
    formula: "normalized = centered · inverseStd",
    gradientFormula: "∂normalized = ∂scaled · gamma",
  },
  noisy: {
    formula: "noisy = noiseScale · normalized + noiseShift",
    gradientFormula: "∂noisy = ∂scaled · gamma",
  },
  scaled: { formula: "scaled = gamma · normalized", gradientFormula: "∂scaled = ∂output" },
  output: { formula: "output = scaled + beta", gradientFormula: "∂output is given" },
};

export function traceBatchNorm(step: BatchNormStep): BackwardTrace {
  const values = forwardNodes(step);
  const { gradients, gradInput } = backwardNodes(step, values);
  const names: BatchNormNodeName[] = [
    "mean",
    "centered",
    "variance",
    "inverseStd",
    "normalized",
    "scaled",
    "output",
  ];
  if (step.noise) names.splice(names.indexOf("scaled"), 0, "noisy");
  const nodes = names.map((name): TraceNode => {
    return { name, value: values[name], gradient: gradients[name], ...formulasOf(name, step) };
  });
  return new BackwardTrace(nodes, gradInput, step.gradInput, (h) =>
    finiteDifferenceErrors(step, values, gradients, names, h),
  );
}

/**
 * The text of a node's formulas, as this layer computes it: in eval() and with a stopped gradient they are
 * shorter.
 */
function formulasOf(
  name: BatchNormNodeName,
  step: BatchNormStep,
): { formula: string; gradientFormula: string } {
  const { formula, gradientFormula } = FORMULAS[name];
  if (step.statistics === "running" && (name === "mean" || name === "variance"))
    return { formula: `${name} = running ${name}`, gradientFormula };
  if (name === "centered" && !step.paths.variance)
    return { formula, gradientFormula: "∂centered = ∂normalized · inverseStd" };
  if (step.noise && name === "normalized")
    return { formula, gradientFormula: "∂normalized = ∂noisy · noiseScale" };
  if (step.noise && name === "scaled") return { formula: "scaled = gamma · noisy", gradientFormula };
  return { formula, gradientFormula };
}

/** Every node from the ones before it. */
export function forwardNodes(step: BatchNormStep): BatchNormNodes {
  const { x, shape, eps, gamma, beta, noise } = step;
  const m = shape.n * shape.s;
  const node = emptyNodes(x, shape);
  const usesBatch = step.statistics === "batch";

  if (usesBatch) {
    for (let i = 0; i < x.size; i++) node.mean.data[channelOf(i, shape)] += x.data[i];
    for (let j = 0; j < shape.c; j++) node.mean.data[j] /= m;
  } else {
    node.mean.data.set(step.mean.data);
  }

  for (let i = 0; i < x.size; i++) node.centered.data[i] = x.data[i] - node.mean.data[channelOf(i, shape)];

  if (usesBatch) {
    for (let i = 0; i < x.size; i++)
      node.variance.data[channelOf(i, shape)] += node.centered.data[i] * node.centered.data[i];
    for (let j = 0; j < shape.c; j++) node.variance.data[j] /= m;
  } else {
    node.variance.data.set(step.variance.data);
  }

  for (let j = 0; j < shape.c; j++) node.inverseStd.data[j] = 1 / Math.sqrt(node.variance.data[j] + eps);

  for (let i = 0; i < x.size; i++) {
    const j = channelOf(i, shape);
    node.normalized.data[i] = node.centered.data[i] * node.inverseStd.data[j];
    node.noisy.data[i] = noise
      ? noise.scale.data[i] * node.normalized.data[i] + noise.shift.data[i]
      : node.normalized.data[i];
    node.scaled.data[i] = gamma.data[j] * node.noisy.data[i];
    node.output.data[i] = node.scaled.data[i] + beta.data[j];
  }
  return node;
}

/** The gradient of every node from the ones after it, back to the input. */
function backwardNodes(
  step: BatchNormStep,
  value: BatchNormNodes,
): { gradients: BatchNormNodes; gradInput: Tensor } {
  const { x, shape, gamma, paths, gradOutput, noise } = step;
  const m = shape.n * shape.s;
  const gradient = emptyNodes(x, shape);

  for (let i = 0; i < x.size; i++) {
    const j = channelOf(i, shape);
    gradient.output.data[i] = gradOutput.data[i];
    gradient.scaled.data[i] = gradient.output.data[i];
    gradient.noisy.data[i] = gradient.scaled.data[i] * gamma.data[j];
    gradient.normalized.data[i] = gradient.noisy.data[i] * (noise ? noise.scale.data[i] : 1);
    gradient.inverseStd.data[j] += gradient.normalized.data[i] * value.centered.data[i];
  }

  for (let j = 0; j < shape.c; j++) {
    const inverseStd = value.inverseStd.data[j];
    gradient.variance.data[j] = -0.5 * inverseStd * inverseStd * inverseStd * gradient.inverseStd.data[j];
  }

  for (let i = 0; i < x.size; i++) {
    const j = channelOf(i, shape);
    const throughVariance = paths.variance ? (gradient.variance.data[j] * 2 * value.centered.data[i]) / m : 0;
    gradient.centered.data[i] = gradient.normalized.data[i] * value.inverseStd.data[j] + throughVariance;
    gradient.mean.data[j] -= gradient.centered.data[i];
  }

  const gradInput = zeros(x.shape, "float64");
  for (let i = 0; i < x.size; i++) {
    const throughMean = paths.mean ? gradient.mean.data[channelOf(i, shape)] / m : 0;
    gradInput.data[i] = gradient.centered.data[i] + throughMean;
  }
  return { gradients: gradient, gradInput };
}

function emptyNodes(x: Tensor, { c }: ChannelShape): BatchNormNodes {
  const perValue = () => zeros(x.shape, "float64");
  const perChannel = () => zeros([c], "float64");
  return {
    mean: perChannel(),
    centered: perValue(),
    variance: perChannel(),
    inverseStd: perChannel(),
    normalized: perValue(),
    noisy: perValue(),
    scaled: perValue(),
    output: perValue(),
  };
}
