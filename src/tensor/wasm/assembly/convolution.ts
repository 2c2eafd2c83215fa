/**
 * Convolutions of x [n, inChannels, height, width] with weights [outChannels, inChannels, kernelHeight, kernelWidth], and the
 * gradient of x. Windows are read from each image in its frame (frames.ts): no window is ever copied.
 */
import { Input, Output, Scratch } from "./fields";
import { addRows, channelFloats, copyRows, copyRowsPlus, countUpTo, frameImage, RUN_SLACK } from "./frames";
import { APART, longestRun, multiplyRuns, THREE_FALLING, THREE_RISING, wholePanels, wholeRun } from "./product-of-runs";

@unmanaged
export class Convolve {
  x: Input;
  weight: Input;
  /** 0: adds nothing. */
  bias: Input;
  /** 0, or values that are added to the outputs: those of a shortcut past this layer. */
  plus: Input;
  /** 0, or a Normalization (frames.ts): what it makes of x is convolved. */
  normalization: Input;
  out: Output;
  n: i32;
  inChannels: i32;
  outChannels: i32;
  height: i32;
  width: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideY: i32;
  strideX: i32;
  top: i32;
  left: i32;
  outHeight: i32;
  outWidth: i32;
  /** convolveFloats() */
  room: Scratch;
}

/**
 * Floats between two rows of windows in a plane: as many as keep one row's values out of another row's windows. What lies behind a
 * row's last value are the zeros in front of the next row's, or of the next plane's.
 */
function planeColumnsOf(width: i32, left: i32, outWidth: i32, kernelWidth: i32, strideX: i32): i32 {
  const lastRead = outWidth - 1 + (kernelWidth - 1) / strideX;
  const lastValue = (width - 1 + left) / strideX;
  const leastInFront = (left - min(strideX, kernelWidth) + strideX) / strideX;
  return max(outWidth, 1 + max(lastRead - leastInFront, min(lastRead, lastValue)));
}

@inline
function planeRowsOf(outHeight: i32, kernelHeight: i32, strideY: i32): i32 {
  return outHeight + (kernelHeight - 1) / strideY;
}

/** A run's windows reach beyond the last plane by less than a window's width. */
@inline
function slackOf(kernelWidth: i32): i32 {
  return RUN_SLACK + kernelWidth;
}

/** Floats of the room that convolve() needs. */
export function convolveFloats(step: Convolve): i32 {
  const depth = step.inChannels * step.kernelHeight * step.kernelWidth;
  const rows = wholePanels(step.outChannels);
  const columns = planeColumnsOf(step.width, step.left, step.outWidth, step.kernelWidth, step.strideX);
  const plane = planeRowsOf(step.outHeight, step.kernelHeight, step.strideY) * columns;
  const planes = step.inChannels * min(step.strideY, step.kernelHeight) * min(step.strideX, step.kernelWidth);
  const run = longestRun((step.outHeight - 1) * columns + step.outWidth);
  const ofChannel = channelFloats(step.normalization, step.height, step.width, step.strideX);
  return rows * depth + depth + planes * plane + slackOf(step.kernelWidth) + 4 * run + ofChannel;
}

/** For each place (c, ky, kx) of a window, how far its run lies from the first place's, in bytes. */
function writeOffsets(
  offsets: usize,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  plane: i32,
  columns: i32,
): void {
  const phasesY = min(strideY, kernelHeight);
  const phasesX = min(strideX, kernelWidth);
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let kx = 0; kx < kernelWidth; kx++) {
        const phase = (c * phasesY + (ky % strideY)) * phasesX + (kx % strideX);
        store<i32>(offsets, 4 * (phase * plane + (ky / strideY) * columns + kx / strideX));
        offsets += 4;
      }
    }
  }
}

/** Panels of four rows of a weight [rows, depth], for each k the four values side by side. */
function packWeight(weight: usize, rows: i32, depth: i32, packed: usize): void {
  for (let row = 0; row < rows; row += 4) {
    for (let k = 0; k < depth; k++) {
      for (let i = 0; i < 4; i++) {
        const value = row + i < rows ? load<f32>(weight + 4 * ((row + i) * depth + k)) : <f32>0;
        store<f32>(packed, value);
        packed += 4;
      }
    }
  }
}

export function convolve(step: Convolve): void {
  convolveImages(step, step.room, 0, step.n);
}

/** Of the images from the first to the one in front of `end`. */
export function convolveImages(step: Convolve, room: usize, first: i32, end: i32): void {
  const inChannels = step.inChannels;
  const outChannels = step.outChannels;
  const height = step.height;
  const width = step.width;
  const kernelHeight = step.kernelHeight;
  const kernelWidth = step.kernelWidth;
  const strideY = step.strideY;
  const strideX = step.strideX;
  const outHeight = step.outHeight;
  const outWidth = step.outWidth;
  const bias = step.bias;
  const depth = inChannels * kernelHeight * kernelWidth;
  const rows = wholePanels(outChannels);
  const phasesY = min(strideY, kernelHeight);
  const phasesX = min(strideX, kernelWidth);
  const columns = planeColumnsOf(width, step.left, outWidth, kernelWidth, strideX);
  const planeRows = planeRowsOf(outHeight, kernelHeight, strideY);
  const plane = planeRows * columns;
  const run = wholeRun((outHeight - 1) * columns + outWidth);

  const packed = room;
  const offsets = packed + 4 * rows * depth;
  const planes = offsets + 4 * depth;
  const frameFloats = inChannels * phasesY * phasesX * plane + slackOf(kernelWidth);
  const products = planes + 4 * frameFloats;
  const ofChannel = products + 16 * run;
  packWeight(step.weight, outChannels, depth, packed);
  writeOffsets(offsets, inChannels, kernelHeight, kernelWidth, strideY, strideX, plane, columns);
  memory.fill(planes, 0, 4 * frameFloats);

  const order = kernelWidth == 3 && strideX == 1 ? THREE_RISING : APART;
  const outFloats = outChannels * outHeight * outWidth;
  let x = step.x + 4 * first * inChannels * height * width;
  let plus = step.plus ? step.plus + 4 * first * outFloats : 0;
  let out = step.out + 4 * first * outFloats;
  for (let image = first; image < end; image++) {
    frameImage(
      x, step.normalization, ofChannel, 0, inChannels, height, width, step.top, step.left, strideY, strideX, phasesY, phasesX, planeRows,
      columns, planes,
    );
    for (let o = 0; o < outChannels; o += 4) {
      multiplyRuns(order, packed + 4 * o * depth, planes, offsets, depth, run, products);
      for (let i = 0; i < min(4, outChannels - o); i++) {
        const from = products + 4 * i * run;
        const term = bias ? load<f32>(bias + 4 * (o + i)) : <f32>0;
        if (plus) addRows(from, 4 * columns, plus, out, 4 * outWidth, outHeight, outWidth, term);
        else if (bias) copyRowsPlus(from, 4 * columns, out, 4 * outWidth, outHeight, outWidth, term);
        else copyRows(from, 4 * columns, out, 4 * outWidth, outHeight, outWidth);
        if (plus) plus += 4 * outHeight * outWidth;
        out += 4 * outHeight * outWidth;
      }
    }
    x += 4 * inChannels * height * width;
  }
}

@unmanaged
export class ConvolveBackwardInput {
  gradOut: Input;
  weight: Input;
  gradInput: Output;
  n: i32;
  inChannels: i32;
  outChannels: i32;
  height: i32;
  width: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideY: i32;
  strideX: i32;
  top: i32;
  left: i32;
  outHeight: i32;
  outWidth: i32;
  /** convolveBackwardInputFloats() */
  room: Scratch;
}

/** How many places of a window are `stride` apart: the first `phase` places away from its start. */
@inline
function tapsOf(kernel: i32, phase: i32, stride: i32): i32 {
  return (kernel - phase + stride - 1) / stride;
}

/** Rows of a plane of g: zeros in front for the taps, then g and as far as the inputs reach. */
@inline
function gradientRowsOf(tapsY: i32, outHeight: i32, height: i32, top: i32, strideY: i32): i32 {
  return tapsY - 1 + max(outHeight, (height - 1 + top) / strideY + 1);
}

/** Zeros in front of each of these rows, as many as a tap reaches back. */
function frontOf(left: i32, kernelWidth: i32, strideX: i32): i32 {
  let front = 0;
  for (let b = 0; b < min(strideX, kernelWidth); b++) {
    const first = max(0, (left - b + strideX - 1) / strideX);
    front = max(front, tapsOf(kernelWidth, b, strideX) - 1 - first);
  }
  return front;
}

/** Floats between two of these rows. What lies behind a row's last value are the zeros in front of the next row's. */
@inline
function gradientColumnsOf(front: i32, outWidth: i32, width: i32, left: i32, strideX: i32): i32 {
  return max(front + outWidth, (width - 1 + left) / strideX + 1);
}

export function convolveBackwardInputFloats(step: ConvolveBackwardInput): i32 {
  const tapsY = tapsOf(step.kernelHeight, 0, step.strideY);
  const planeRows = gradientRowsOf(tapsY, step.outHeight, step.height, step.top, step.strideY);
  const front = frontOf(step.left, step.kernelWidth, step.strideX);
  const columns = gradientColumnsOf(front, step.outWidth, step.width, step.left, step.strideX);
  const window = step.kernelHeight * step.kernelWidth;
  const rows = wholePanels(step.inChannels);
  const depth = step.outChannels * window;
  const frame = step.outChannels * planeRows * columns + slackOf(step.kernelWidth);
  return rows * depth + depth + frame + 4 * longestRun(planeRows * columns);
}

/**
 * Panels of the weights that phase (a, b) of the inputs meets: rows are the inputs' channels, k runs over outputs' channels and the
 * window's places (a, b), (a, b + strideX), ….
 */
function packPhase(
  weight: usize,
  inChannels: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  a: i32,
  b: i32,
  packed: usize,
): void {
  const window = kernelHeight * kernelWidth;
  for (let row = 0; row < inChannels; row += 4) {
    for (let o = 0; o < outChannels; o++) {
      for (let ky = a; ky < kernelHeight; ky += strideY) {
        for (let kx = b; kx < kernelWidth; kx += strideX) {
          for (let i = 0; i < 4; i++) {
            const at = (o * inChannels + row + i) * window + ky * kernelWidth + kx;
            store<f32>(packed, row + i < inChannels ? load<f32>(weight + 4 * at) : <f32>0);
            packed += 4;
          }
        }
      }
    }
  }
}

/**
 * gradInput at row r·strideY + a − top is the sum over t of weights at row a + t·strideY times g at row r − t: within one phase a
 * convolution with stride 1, as columns are.
 */
export function convolveBackwardInput(step: ConvolveBackwardInput): void {
  gradientOfImages(step, step.room, 0, step.n);
}

/** That of the images from the first to the one in front of `end`. */
export function gradientOfImages(step: ConvolveBackwardInput, room: usize, first: i32, end: i32): void {
  const inChannels = step.inChannels;
  const outChannels = step.outChannels;
  const height = step.height;
  const width = step.width;
  const kernelHeight = step.kernelHeight;
  const kernelWidth = step.kernelWidth;
  const strideY = step.strideY;
  const strideX = step.strideX;
  const top = step.top;
  const left = step.left;
  const outHeight = step.outHeight;
  const outWidth = step.outWidth;
  const tapsY = tapsOf(kernelHeight, 0, strideY);
  const planeRows = gradientRowsOf(tapsY, outHeight, height, top, strideY);
  const front = frontOf(left, kernelWidth, strideX);
  const columns = gradientColumnsOf(front, outWidth, width, left, strideX);
  const plane = planeRows * columns;
  const rows = wholePanels(inChannels);
  const depth = outChannels * kernelHeight * kernelWidth;
  const phasesY = min(strideY, kernelHeight);
  const phasesX = min(strideX, kernelWidth);

  const packed = room;
  const offsets = packed + 4 * rows * depth;
  const planes = offsets + 4 * depth;
  const frameFloats = outChannels * plane + slackOf(kernelWidth);
  const products = planes + 4 * frameFloats;
  memory.fill(planes, 0, 4 * frameFloats);
  let filled: i32 = 0;
  for (let a = 0; a < phasesY; a++) {
    for (let b = 0; b < phasesX; b++) {
      packPhase(
        step.weight, inChannels, outChannels, kernelHeight, kernelWidth, strideY, strideX, a, b, packed + 4 * rows * filled,
      );
      // In front of g lie tapsY − 1 rows and `front` columns: no run begins before the plane.
      for (let o = 0; o < outChannels; o++) {
        for (let t = 0; t < tapsOf(kernelHeight, a, strideY); t++) {
          for (let u = 0; u < tapsOf(kernelWidth, b, strideX); u++) {
            store<i32>(offsets + 4 * filled, 4 * (o * plane + (tapsY - 1 - t) * columns - u));
            filled++;
          }
        }
      }
    }
  }
  // Inputs between the windows, where the stride is larger than the kernel, have no gradient.
  const inFloats = inChannels * height * width;
  let g = step.gradOut + 4 * first * outChannels * outHeight * outWidth;
  let gradInput = step.gradInput + 4 * first * inFloats;
  const hasGaps = phasesY < strideY || phasesX < strideX;
  if (hasGaps) memory.fill(gradInput, 0, 4 * (end - first) * inFloats);

  const order = kernelWidth == 3 && strideX == 1 ? THREE_FALLING : APART;
  for (let image = first; image < end; image++) {
    frameImage(
      g, 0, 0, 0, outChannels, outHeight, outWidth, tapsY - 1, front, 1, 1, 1, 1, planeRows, columns, planes,
    );
    let done: i32 = 0;
    for (let a = 0; a < phasesY; a++) {
      // The inputs of this phase: r from the first row inside the image to the last.
      const firstRow = max(0, (top - a + strideY - 1) / strideY);
      const countRows = countUpTo(height - 1 + top - a, strideY) - firstRow;
      for (let b = 0; b < phasesX; b++) {
        const firstColumn = max(0, (left - b + strideX - 1) / strideX);
        const countColumns = countUpTo(width - 1 + left - b, strideX) - firstColumn;
        const depthOfPhase = outChannels * tapsOf(kernelHeight, a, strideY) * tapsOf(kernelWidth, b, strideX);
        if (countRows > 0 && countColumns > 0) {
          const run = wholeRun((countRows - 1) * columns + countColumns);
          const base = planes + 4 * (firstRow * columns + firstColumn + front);
          const start = gradInput + 4 * ((firstRow * strideY + a - top) * width + firstColumn * strideX + b - left);
          for (let c = 0; c < inChannels; c += 4) {
            const panel = packed + 4 * (rows * done + c * depthOfPhase);
            multiplyRuns(order, panel, base, offsets + 4 * done, depthOfPhase, run, products);
            for (let i = 0; i < min(4, inChannels - c); i++) {
              spreadRows(
                products + 4 * i * run, start + 4 * (c + i) * height * width, countRows, countColumns, columns, strideY * width, strideX,
              );
            }
          }
        }
        done += depthOfPhase;
      }
    }
    g += 4 * outChannels * outHeight * outWidth;
    gradInput += 4 * inChannels * height * width;
  }
}

/** Rows of values, `columns` apart, to every `stride`-th value of rows that are `outColumns` apart. */
@inline
function spreadRows(from: usize, out: usize, rows: i32, count: i32, columns: i32, outColumns: i32, stride: i32): void {
  if (stride == 1) {
    copyRows(from, 4 * columns, out, 4 * outColumns, rows, count);
    return;
  }
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < count; q++) store<f32>(out + 4 * q * stride, load<f32>(from + 4 * q));
    from += 4 * columns;
    out += 4 * outColumns;
  }
}
