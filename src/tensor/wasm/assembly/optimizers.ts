import { loadLanes, multiplyAdd, splat, storeLanes } from "./arithmetic";

@inline
function sgdLanes(
  weight: usize,
  gradient: usize,
  velocity: usize,
  count: i32,
  rate: v128,
  momentum: v128,
  weightDecay: v128,
  decays: bool,
  nesterov: bool,
): void {
  const w = loadLanes(weight, count);
  let step = loadLanes(gradient, count);
  if (decays) step = multiplyAdd(weightDecay, w, step);
  if (velocity) {
    const v = multiplyAdd(momentum, loadLanes(velocity, count), step);
    storeLanes(velocity, v, count);
    step = nesterov ? multiplyAdd(momentum, v, step) : v;
  }
  storeLanes(weight, f32x4.sub(w, f32x4.mul(rate, step)), count);
}

/**
 * One step of SGD over `length` weights: g' = g + weightDecay·w; velocity = momentum·velocity + g';
 * w −= learningRate·(nesterov ? g' + momentum·velocity : velocity). Without a velocity (0), w −= learningRate·g'.
 */
export function sgd(
  weight: usize,
  gradient: usize,
  velocity: usize,
  length: i32,
  learningRate: f32,
  momentum: f32,
  weightDecay: f32,
  nesterov: bool,
): void {
  const rate = splat(learningRate);
  const keep = splat(momentum);
  const decay = splat(weightDecay);
  const decays = weightDecay != 0;
  const end = weight + 4 * (length & ~3);
  if (velocity) {
    for (; weight < end; weight += 16, gradient += 16, velocity += 16) {
      sgdLanes(weight, gradient, velocity, 4, rate, keep, decay, decays, nesterov);
    }
  } else {
    for (; weight < end; weight += 16, gradient += 16) {
      sgdLanes(weight, gradient, 0, 4, rate, keep, decay, decays, false);
    }
  }
  if (length & 3) sgdLanes(weight, gradient, velocity, length & 3, rate, keep, decay, decays, nesterov);
}

@inline
function adamLanes(
  weight: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  keepFirst: v128,
  addFirst: v128,
  keepSecond: v128,
  addSecond: v128,
  rate: v128,
  spread: v128,
  eps: v128,
  decay: v128,
  shrink: v128,
): void {
  const w = f32x4.mul(loadLanes(weight, count), shrink);
  const g = multiplyAdd(decay, w, loadLanes(gradient, count));
  const m = multiplyAdd(keepFirst, loadLanes(first, count), f32x4.mul(addFirst, g));
  const v = multiplyAdd(keepSecond, loadLanes(second, count), f32x4.mul(addSecond, f32x4.mul(g, g)));
  storeLanes(first, m, count);
  storeLanes(second, v, count);
  const scale = f32x4.add(f32x4.div(f32x4.sqrt(v), spread), eps);
  storeLanes(weight, f32x4.sub(w, f32x4.div(f32x4.mul(rate, m), scale)), count);
}

/**
 * One step of Adam or, decoupled, AdamW: first = beta1·first + (1 − beta1)·g, second = beta2·second + (1 − beta2)·g²,
 * w −= learningRate·(first/correction1) / (√(second/correction2) + eps). The decay is added to g, or, decoupled, w shrinks.
 */
export function adam(
  weight: usize,
  gradient: usize,
  first: usize,
  second: usize,
  length: i32,
  learningRate: f64,
  beta1: f64,
  beta2: f64,
  eps: f32,
  weightDecay: f64,
  decoupled: bool,
  correction1: f64,
  correction2: f64,
): void {
  const keepFirst = splat(<f32>beta1);
  const addFirst = splat(<f32>(1.0 - beta1));
  const keepSecond = splat(<f32>beta2);
  const addSecond = splat(<f32>(1.0 - beta2));
  const rate = splat(<f32>(learningRate / correction1));
  const spread = splat(<f32>sqrt(correction2));
  const floor = splat(eps);
  const decay = splat(decoupled ? 0 : <f32>weightDecay);
  const shrink = splat(decoupled ? <f32>(1.0 - learningRate * weightDecay) : 1);
  const end = weight + 4 * (length & ~3);
  for (; weight < end; weight += 16, gradient += 16, first += 16, second += 16) {
    adamLanes(weight, gradient, first, second, 4, keepFirst, addFirst, keepSecond, addSecond, rate, spread, floor, decay, shrink);
  }
  if (length & 3) {
    adamLanes(weight, gradient, first, second, length & 3, keepFirst, addFirst, keepSecond, addSecond, rate, spread, floor, decay, shrink);
  }
}
