import { loadLanes, multiplyAdd, splat, storeLanes } from "./arithmetic";
import { Flag, InPlace, Input } from "./fields";

/** What is compiled for each kind of SGD: with momentum or without, with decay, Nesterov's. */
@inline
function sgdLoop(
  moves: bool,
  decays: bool,
  nesterov: bool,
  weight: usize,
  gradient: usize,
  velocity: usize,
  length: i32,
  learningRate: f32,
  momentumFactor: f32,
  decayFactor: f32,
): void {
  const rate = splat(learningRate);
  const momentum = splat(momentumFactor);
  const weightDecay = splat(decayFactor);
  let left = length;
  for (; left >= 8; left -= 8) {
    const w0 = v128.load(weight);
    const w1 = v128.load(weight, 16);
    let step0 = v128.load(gradient);
    let step1 = v128.load(gradient, 16);
    if (decays) {
      step0 = multiplyAdd(weightDecay, w0, step0);
      step1 = multiplyAdd(weightDecay, w1, step1);
    }
    if (moves) {
      const v0 = multiplyAdd(momentum, v128.load(velocity), step0);
      const v1 = multiplyAdd(momentum, v128.load(velocity, 16), step1);
      v128.store(velocity, v0);
      v128.store(velocity, v1, 16);
      step0 = nesterov ? multiplyAdd(momentum, v0, step0) : v0;
      step1 = nesterov ? multiplyAdd(momentum, v1, step1) : v1;
      velocity += 32;
    }
    v128.store(weight, f32x4.sub(w0, f32x4.mul(rate, step0)));
    v128.store(weight, f32x4.sub(w1, f32x4.mul(rate, step1)), 16);
    weight += 32;
    gradient += 32;
  }
  for (; left > 0; left -= 4) {
    const w = loadLanes(weight, left);
    let step = loadLanes(gradient, left);
    if (decays) step = multiplyAdd(weightDecay, w, step);
    if (moves) {
      const v = multiplyAdd(momentum, loadLanes(velocity, left), step);
      storeLanes(velocity, v, left);
      step = nesterov ? multiplyAdd(momentum, v, step) : v;
      velocity += 16;
    }
    storeLanes(weight, f32x4.sub(w, f32x4.mul(rate, step)), left);
    weight += 16;
    gradient += 16;
  }
}

// Each is a function of its own: V8 joins what it finds in a function, and two loops in one confuse it.
function sgdPlain(weight: usize, gradient: usize, length: i32, rate: f32): void {
  sgdLoop(false, false, false, weight, gradient, 0, length, rate, 0, 0);
}

function sgdDecay(weight: usize, gradient: usize, length: i32, rate: f32, weightDecay: f32): void {
  sgdLoop(false, true, false, weight, gradient, 0, length, rate, 0, weightDecay);
}

function sgdMomentum(weight: usize, gradient: usize, velocity: usize, length: i32, rate: f32, momentum: f32): void {
  sgdLoop(true, false, false, weight, gradient, velocity, length, rate, momentum, 0);
}

function sgdMomentumDecay(weight: usize, gradient: usize, velocity: usize, length: i32, rate: f32, momentum: f32, weightDecay: f32): void {
  sgdLoop(true, true, false, weight, gradient, velocity, length, rate, momentum, weightDecay);
}

function sgdNesterov(weight: usize, gradient: usize, velocity: usize, length: i32, rate: f32, momentum: f32): void {
  sgdLoop(true, false, true, weight, gradient, velocity, length, rate, momentum, 0);
}

function sgdNesterovDecay(weight: usize, gradient: usize, velocity: usize, length: i32, rate: f32, momentum: f32, weightDecay: f32): void {
  sgdLoop(true, true, true, weight, gradient, velocity, length, rate, momentum, weightDecay);
}

/** Weights that SGD moves. */
@unmanaged
export class SGDUpdate {
  weight: InPlace;
  gradient: Input;
  /** 0 without momentum. */
  velocity: InPlace;
  length: i32;
}

@unmanaged
export class SGDRates {
  learningRate: f32;
  momentum: f32;
  weightDecay: f32;
  nesterov: Flag;
}

/**
 * One step of SGD over `length` weights: g' = g + weightDecay·w; velocity = momentum·velocity + g';
 * w −= learningRate·(nesterov ? g' + momentum·velocity : velocity). Without a velocity, w −= learningRate·g'.
 */
export function sgd(update: SGDUpdate, rates: SGDRates): void {
  sgdOf(update, rates, 0, update.length);
}

/** The weights from `first` to before `last`. */
export function sgdOf(update: SGDUpdate, rates: SGDRates, first: i32, last: i32): void {
  const at: usize = 4 * first;
  const length = last - first;
  const weight = update.weight + at;
  const gradient = update.gradient + at;
  const velocity = update.velocity ? update.velocity + at : 0;
  const learningRate = rates.learningRate;
  const momentum = rates.momentum;
  const weightDecay = rates.weightDecay;
  const nesterov = rates.nesterov != 0;
  const decays = weightDecay != 0;
  if (!velocity) {
    if (decays) sgdDecay(weight, gradient, length, learningRate, weightDecay);
    else sgdPlain(weight, gradient, length, learningRate);
  } else if (nesterov) {
    if (decays) sgdNesterovDecay(weight, gradient, velocity, length, learningRate, momentum, weightDecay);
    else sgdNesterov(weight, gradient, velocity, length, learningRate, momentum);
  } else {
    if (decays) sgdMomentumDecay(weight, gradient, velocity, length, learningRate, momentum, weightDecay);
    else sgdMomentum(weight, gradient, velocity, length, learningRate, momentum);
  }
}

/** Up to four weights (eight if `both`); all is loaded before anything is stored, so that two vectors can be joined. */
@inline
function adamLanes(
  both: bool,
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
  const w0 = f32x4.mul(loadLanes(weight, count), shrink);
  const w1 = both ? f32x4.mul(v128.load(weight, 16), shrink) : w0;
  const g0 = multiplyAdd(decay, w0, loadLanes(gradient, count));
  const g1 = both ? multiplyAdd(decay, w1, v128.load(gradient, 16)) : g0;
  const m0 = multiplyAdd(keepFirst, loadLanes(first, count), f32x4.mul(addFirst, g0));
  const m1 = both ? multiplyAdd(keepFirst, v128.load(first, 16), f32x4.mul(addFirst, g1)) : m0;
  const v0 = multiplyAdd(keepSecond, loadLanes(second, count), f32x4.mul(addSecond, f32x4.mul(g0, g0)));
  const v1 = both ? multiplyAdd(keepSecond, v128.load(second, 16), f32x4.mul(addSecond, f32x4.mul(g1, g1))) : v0;
  const step0 = f32x4.div(f32x4.mul(rate, m0), f32x4.add(f32x4.div(f32x4.sqrt(v0), spread), eps));
  const step1 = both ? f32x4.div(f32x4.mul(rate, m1), f32x4.add(f32x4.div(f32x4.sqrt(v1), spread), eps)) : step0;
  storeLanes(first, m0, count);
  if (both) v128.store(first, m1, 16);
  storeLanes(second, v0, count);
  if (both) v128.store(second, v1, 16);
  storeLanes(weight, f32x4.sub(w0, step0), count);
  if (both) v128.store(weight, f32x4.sub(w1, step1), 16);
}

/** Weights that Adam moves. */
@unmanaged
export class AdamUpdate {
  weight: InPlace;
  gradient: Input;
  first: InPlace;
  second: InPlace;
  length: i32;
}

@unmanaged
export class AdamRates {
  learningRate: f64;
  beta1: f64;
  beta2: f64;
  weightDecay: f64;
  correction1: f64;
  correction2: f64;
  eps: f32;
  decoupled: Flag;
}

/**
 * One step of Adam or, decoupled, AdamW: first = beta1·first + (1 − beta1)·g, second = beta2·second + (1 − beta2)·g²,
 * w −= learningRate·(first/correction1) / (√(second/correction2) + eps). The decay is added to g, or, decoupled, w shrinks.
 */
export function adam(update: AdamUpdate, rates: AdamRates): void {
  let weight = update.weight;
  let gradient = update.gradient;
  let first = update.first;
  let second = update.second;
  const learningRate = rates.learningRate;
  const beta1 = rates.beta1;
  const beta2 = rates.beta2;
  const weightDecay = rates.weightDecay;
  const decoupled = rates.decoupled != 0;
  const keepFirst = splat(<f32>beta1);
  const addFirst = splat(<f32>(1.0 - beta1));
  const keepSecond = splat(<f32>beta2);
  const addSecond = splat(<f32>(1.0 - beta2));
  const rate = splat(<f32>(learningRate / rates.correction1));
  const spread = splat(<f32>sqrt(rates.correction2));
  const floor = splat(rates.eps);
  const decay = splat(decoupled ? 0 : <f32>weightDecay);
  const shrink = splat(decoupled ? <f32>(1.0 - learningRate * weightDecay) : 1);
  let left = update.length;
  for (; left >= 8; left -= 8, weight += 32, gradient += 32, first += 32, second += 32) {
    adamLanes(true, weight, gradient, first, second, 4, keepFirst, addFirst, keepSecond, addSecond, rate, spread, floor, decay, shrink);
  }
  for (; left > 0; left -= 4, weight += 16, gradient += 16, first += 16, second += 16) {
    adamLanes(false, weight, gradient, first, second, left, keepFirst, addFirst, keepSecond, addSecond, rate, spread, floor, decay, shrink);
  }
}
