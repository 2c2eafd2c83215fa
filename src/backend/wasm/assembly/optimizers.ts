import { loadLanes, multiplyAdd, splat, storeLanes } from "./arithmetic";

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
  for (let left = length; left > 0; left -= 4) {
    const w = loadLanes(weight, left);
    let step = loadLanes(gradient, left);
    if (weightDecay != 0) step = multiplyAdd(decay, w, step);
    if (velocity) {
      const v = multiplyAdd(keep, loadLanes(velocity, left), step);
      storeLanes(velocity, v, left);
      step = nesterov ? multiplyAdd(keep, v, step) : v;
      velocity += 16;
    }
    storeLanes(weight, f32x4.sub(w, f32x4.mul(rate, step)), left);
    weight += 16;
    gradient += 16;
  }
}

/**
 * One step of Adam or, decoupled, AdamW: first = beta1·first + (1 − beta1)·g, second = beta2·second + (1 − beta2)·g²,
 * w −= learningRate·(first/correction1) / (√(second/correction2) + eps).
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
  const keepSecond = splat(<f32>beta2);
  const addFirst = splat(<f32>(1.0 - beta1));
  const addSecond = splat(<f32>(1.0 - beta2));
  const rate = splat(<f32>(learningRate / correction1));
  const spread = splat(<f32>sqrt(correction2));
  const floor = splat(eps);
  const decay = splat(<f32>weightDecay);
  const shrink = splat(<f32>(1.0 - learningRate * weightDecay));
  for (let left = length; left > 0; left -= 4) {
    let w = loadLanes(weight, left);
    let g = loadLanes(gradient, left);
    if (weightDecay != 0) {
      if (decoupled) w = f32x4.mul(w, shrink);
      else g = multiplyAdd(decay, w, g);
    }
    const m = multiplyAdd(keepFirst, loadLanes(first, left), f32x4.mul(addFirst, g));
    const v = multiplyAdd(keepSecond, loadLanes(second, left), f32x4.mul(addSecond, f32x4.mul(g, g)));
    storeLanes(first, m, left);
    storeLanes(second, v, left);
    const scale = f32x4.add(f32x4.div(f32x4.sqrt(v), spread), floor);
    storeLanes(weight, f32x4.sub(w, f32x4.div(f32x4.mul(rate, m), scale)), left);
    weight += 16;
    gradient += 16;
    first += 16;
    second += 16;
  }
}
