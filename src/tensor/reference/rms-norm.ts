import type { RMSNormBackwardArguments, RMSNormForwardArguments } from "../kernels/kernels.js";

/** Each row of x [rows, columns]: normalized = x / √(mean of x² + eps),  out = gamma·normalized + beta. */
export function rmsNormForward(step: RMSNormForwardArguments): void {
  const { x, gamma, beta, inverseRms, normalized, out, rows, columns, eps } = step;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let squares = 0;
    for (let j = 0; j < columns; j++) squares += x[start + j] * x[start + j];
    inverseRms[row] = 1 / Math.sqrt(squares / columns + eps);
    for (let j = 0; j < columns; j++) {
      normalized[start + j] = x[start + j] * inverseRms[row];
      out[start + j] = gamma[j] * normalized[start + j] + beta[j];
    }
  }
}

/**
 * gradBeta = Σ g,  gradGamma = Σ g·normalized over the rows; with h = g·gamma and the sum over a row,
 * gradInput = inverseRms·(h − normalized·Σ(h·normalized)/columns).
 */
export function rmsNormBackward(step: RMSNormBackwardArguments): void {
  const { gradOut, normalized, inverseRms, gamma, gradInput, gradGamma, gradBeta, rows, columns } = step;
  gradGamma.fill(0, 0, columns);
  gradBeta.fill(0, 0, columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let dot = 0;
    for (let j = 0; j < columns; j++) {
      const g = gradOut[start + j];
      gradBeta[j] += g;
      gradGamma[j] += g * normalized[start + j];
      dot += g * gamma[j] * normalized[start + j];
    }
    for (let j = 0; j < columns; j++) {
      const h = gradOut[start + j] * gamma[j];
      gradInput[start + j] = inverseRms[row] * (h - (normalized[start + j] * dot) / columns);
    }
  }
}
