import type { GroupNormBackwardArguments, GroupNormForwardArguments } from "../kernels/kernels.js";

/**
 * A group of one sample is one run of m = (C/groups)·S values in x [N, C, S]:
 * mean = (1/m) Σ x,  variance = (1/m) Σ (x − mean)²,  normalized = (x − mean) / √(variance + eps),
 * out = gamma·normalized + beta with the gamma and beta of the value's channel.
 */
export function groupNormForward({
  x,
  gamma,
  beta,
  inverseStd,
  normalized,
  out,
  n,
  c,
  s,
  groups,
  eps,
}: GroupNormForwardArguments): void {
  const m = (c / groups) * s;
  for (let group = 0; group < n * groups; group++) {
    const start = group * m;
    let sum = 0;
    for (let i = start; i < start + m; i++) sum += x[i];
    const mean = sum / m;

    let squares = 0;
    for (let i = start; i < start + m; i++) squares += (x[i] - mean) * (x[i] - mean);
    inverseStd[group] = 1 / Math.sqrt(squares / m + eps);

    for (let i = start; i < start + m; i++) {
      const channel = Math.floor(i / s) % c;
      normalized[i] = (x[i] - mean) * inverseStd[group];
      out[i] = gamma[channel] * normalized[i] + beta[channel];
    }
  }
}

/**
 * gradBeta = Σ g,  gradGamma = Σ g·normalized over all values of a channel; with h = g·gamma and the sums
 * over a group, gradInput = inverseStd·(h − Σh/m − normalized·Σ(h·normalized)/m).
 */
export function groupNormBackward({
  gradOut,
  normalized,
  inverseStd,
  gamma,
  gradInput,
  gradGamma,
  gradBeta,
  n,
  c,
  s,
  groups,
}: GroupNormBackwardArguments): void {
  gradGamma.fill(0, 0, c);
  gradBeta.fill(0, 0, c);
  const m = (c / groups) * s;
  for (let group = 0; group < n * groups; group++) {
    const start = group * m;
    let sum = 0;
    let dot = 0;
    for (let i = start; i < start + m; i++) {
      const channel = Math.floor(i / s) % c;
      gradBeta[channel] += gradOut[i];
      gradGamma[channel] += gradOut[i] * normalized[i];
      const h = gradOut[i] * gamma[channel];
      sum += h;
      dot += h * normalized[i];
    }
    for (let i = start; i < start + m; i++) {
      const h = gradOut[i] * gamma[Math.floor(i / s) % c];
      gradInput[i] = inverseStd[group] * (h - sum / m - (normalized[i] * dot) / m);
    }
  }
}
