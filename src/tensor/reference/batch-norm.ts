import type {
  BatchNormBackwardArguments,
  BatchNormForwardArguments,
  MomentsArguments,
} from "../kernels/kernels.js";

/**
 * Calls `visit` with the position of each value of channel `channel` in x [N, C, S], in the order of storage.
 */
function eachOfChannel(channel: number, n: number, c: number, s: number, visit: (i: number) => void): void {
  for (let sample = 0; sample < n; sample++) {
    const start = (sample * c + channel) * s;
    for (let i = start; i < start + s; i++) visit(i);
  }
}

/** mean = (1/m) Σ x,  variance = (1/m) Σ (x − mean)²,  m = N·S. */
export function channelMoments({ x, mean, variance, n, c, s }: MomentsArguments): void {
  const m = n * s;
  for (let channel = 0; channel < c; channel++) {
    let sum = 0;
    eachOfChannel(channel, n, c, s, (i) => {
      sum += x[i];
    });
    const mu = sum / m;

    let squares = 0;
    eachOfChannel(channel, n, c, s, (i) => {
      squares += (x[i] - mu) * (x[i] - mu);
    });
    mean[channel] = mu;
    variance[channel] = squares / m;
  }
}

/** normalized = (x − mean) / √(variance + eps),  out = gamma·normalized + beta. */
export function batchNormForward({
  x,
  mean,
  inverseStd,
  gamma,
  beta,
  normalized,
  out,
  n,
  c,
  s,
}: BatchNormForwardArguments): void {
  for (let channel = 0; channel < c; channel++) {
    eachOfChannel(channel, n, c, s, (i) => {
      normalized[i] = (x[i] - mean[channel]) * inverseStd[channel];
      out[i] = gamma[channel] * normalized[i] + beta[channel];
    });
  }
}

/**
 * gradBeta = Σ g,  gradGamma = Σ g·normalized,
 * gradInput = gamma·inverseStd·(g − gradBeta/m − normalized·gradGamma/m).
 */
export function batchNormBackward({
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
  throughMean,
  throughVariance,
}: BatchNormBackwardArguments): void {
  const m = n * s;
  for (let channel = 0; channel < c; channel++) {
    let sum = 0;
    let dot = 0;
    eachOfChannel(channel, n, c, s, (i) => {
      sum += gradOut[i];
      dot += gradOut[i] * normalized[i];
    });
    gradBeta[channel] = sum;
    gradGamma[channel] = dot;

    const fromMean = throughMean ? sum / m : 0;
    const fromVariance = throughVariance ? dot / m : 0;
    eachOfChannel(channel, n, c, s, (i) => {
      gradInput[i] =
        gamma[channel] * inverseStd[channel] * (gradOut[i] - fromMean - normalized[i] * fromVariance);
    });
  }
}
