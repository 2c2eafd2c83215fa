/** Affine transforms and boxes of SVG. A matrix [a, b, c, d, e, f] sends (x, y) to (ax + cy + e, bx + dy + f). */
export type Matrix = readonly [number, number, number, number, number, number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

export function multiply(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

function rotation(degrees: number, x = 0, y = 0): Matrix {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return multiply(multiply([1, 0, 0, 1, x, y], [cos, sin, -sin, cos, 0, 0]), [1, 0, 0, 1, -x, -y]);
}

const operations: Record<string, (values: number[]) => Matrix> = {
  translate: ([x = 0, y = 0]) => [1, 0, 0, 1, x, y],
  scale: ([x = 1, y = x]) => [x, 0, 0, y, 0, 0],
  rotate: ([degrees = 0, x, y]) => rotation(degrees, x, y),
  matrix: ([a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]) => [a, b, c, d, e, f],
};

/** The matrix of a `transform` attribute. */
export function parseTransform(text: string | null): Matrix {
  let result = identity;
  if (!text) return result;
  for (const [, name, list] of text.matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const operation = operations[name];
    if (operation)
      result = multiply(
        result,
        operation(
          list
            .split(/[\s,]+/)
            .filter(Boolean)
            .map(Number),
        ),
      );
  }
  return result;
}

/** The smallest upright rectangle around points; empty until the first one. */
export class Box {
  x0 = Infinity;
  y0 = Infinity;
  x1 = -Infinity;
  y1 = -Infinity;

  add(x: number, y: number): void {
    this.x0 = Math.min(this.x0, x);
    this.y0 = Math.min(this.y0, y);
    this.x1 = Math.max(this.x1, x);
    this.y1 = Math.max(this.y1, y);
  }

  /** Includes the corners of another box after a transform. */
  addBox(box: Box, [a, b, c, d, e, f]: Matrix): void {
    if (box.empty) return;
    for (const x of [box.x0, box.x1]) {
      for (const y of [box.y0, box.y1]) this.add(a * x + c * y + e, b * x + d * y + f);
    }
  }

  get empty(): boolean {
    return this.x0 > this.x1;
  }

  toRect(): Rect {
    const [x, y, right, bottom] = this.empty ? [0, 0, 0, 0] : [this.x0, this.y0, this.x1, this.y1];
    return { x, y, left: x, top: y, right, bottom, width: right - x, height: bottom - y };
  }
}

/** What `getBBox` and `getBoundingClientRect` return. */
export interface Rect {
  x: number;
  y: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  width: number;
  height: number;
}
