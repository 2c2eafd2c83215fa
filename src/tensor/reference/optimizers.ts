import type { AdamArguments, SGDArguments } from "../kernels/kernels.js";

/**
 * g = gradient + weightDecay·w,  velocity = momentum·velocity + g,  w −= learningRate·velocity;
 * with Nesterov w −= learningRate·(g + momentum·velocity).
 */
export function sgd({
  weight,
  gradient,
  velocity,
  length,
  learningRate,
  momentum,
  weightDecay,
  nesterov,
}: SGDArguments): void {
  for (let i = 0; i < length; i++) {
    let step = gradient[i] + weightDecay * weight[i];
    if (velocity) {
      velocity[i] = momentum * velocity[i] + step;
      step = nesterov ? step + momentum * velocity[i] : velocity[i];
    }
    weight[i] -= learningRate * step;
  }
}

/**
 * first = beta1·first + (1 − beta1)·g,  second = beta2·second + (1 − beta2)·g²,
 * w −= learningRate·(first/correction1) / (√(second/correction2) + eps).
 */
export function adam({
  weight,
  gradient,
  first,
  second,
  length,
  learningRate,
  beta1,
  beta2,
  eps,
  weightDecay,
  decoupled,
  correction1,
  correction2,
}: AdamArguments): void {
  for (let i = 0; i < length; i++) {
    const g = decoupled ? gradient[i] : gradient[i] + weightDecay * weight[i];
    if (decoupled) weight[i] -= learningRate * weightDecay * weight[i];
    first[i] = beta1 * first[i] + (1 - beta1) * g;
    second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    weight[i] -= (learningRate * (first[i] / correction1)) / (Math.sqrt(second[i] / correction2) + eps);
  }
}
