import { Box } from "./transform.js";

/** A point of a flattened path with its distance from the start along the path. */
interface PathPoint {
  x: number;
  y: number;
  distance: number;
}

/** Straight pieces that stand for one Bézier curve or arc. */
const pieces = 16;

/** A path of SVG (`d` attribute) as straight pieces. */
export class FlatPath {
  readonly points: PathPoint[] = [];
  private distance = 0;

  constructor(d: string) {
    flatten(d, this);
  }

  get length(): number {
    return this.distance;
  }

  move(x: number, y: number): void {
    this.points.push({ x, y, distance: this.distance });
  }

  line(x: number, y: number): void {
    const last = this.points.at(-1);
    if (last) this.distance += Math.hypot(x - last.x, y - last.y);
    this.points.push({ x, y, distance: this.distance });
  }

  box(): Box {
    const box = new Box();
    for (const { x, y } of this.points) box.add(x, y);
    return box;
  }

  /** The point at a distance from the start, between the ends. */
  at(distance: number): { x: number; y: number } {
    const { points } = this;
    if (points.length === 0) return { x: 0, y: 0 };
    if (distance <= 0) return { x: points[0].x, y: points[0].y };
    let low = 0;
    let high = points.length - 1;
    if (distance >= this.distance) return { x: points[high].x, y: points[high].y };
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (points[middle].distance < distance) low = middle;
      else high = middle;
    }
    const [a, b] = [points[low], points[high]];
    const t = (distance - a.distance) / (b.distance - a.distance || 1);
    return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
  }
}

const tokens = /[a-zA-Z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;

function flatten(d: string, path: FlatPath): void {
  const list = d.match(tokens) ?? [];
  let position = 0;
  const next = (): number => Number(list[position++]);
  let [x, y, startX, startY] = [0, 0, 0, 0];
  // Control point of the last curve, which S and T mirror.
  let [controlX, controlY] = [0, 0];
  let command = "";
  const curveTo = (x1: number, y1: number, x2: number, y2: number, x3: number, y3: number): void => {
    for (let k = 1; k <= pieces; k++) {
      const t = k / pieces;
      const u = 1 - t;
      const [a, b, c, e] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
      path.line(a * x + b * x1 + c * x2 + e * x3, a * y + b * y1 + c * y2 + e * y3);
    }
    [controlX, controlY, x, y] = [x2, y2, x3, y3];
  };
  while (position < list.length) {
    const token = list[position];
    if (/[a-z]/i.test(token)) {
      command = token;
      position++;
    }
    const [baseX, baseY] = command === command.toLowerCase() ? [x, y] : [0, 0];
    const point = (): [number, number] => [baseX + next(), baseY + next()];
    const kind = command.toUpperCase();
    const curved = kind === "C" || kind === "S" || kind === "Q" || kind === "T";
    switch (kind) {
      case "M":
        [x, y] = point();
        [startX, startY] = [x, y];
        path.move(x, y);
        command = command === "m" ? "l" : "L";
        break;
      case "L":
        [x, y] = point();
        path.line(x, y);
        break;
      case "H":
        x = baseX + next();
        path.line(x, y);
        break;
      case "V":
        y = baseY + next();
        path.line(x, y);
        break;
      case "C":
        curveTo(...point(), ...point(), ...point());
        break;
      case "S":
        curveTo(2 * x - controlX, 2 * y - controlY, ...point(), ...point());
        break;
      case "Q":
      case "T": {
        const [cx, cy] = kind === "Q" ? point() : [2 * x - controlX, 2 * y - controlY];
        const [endX, endY] = point();
        const third = 2 / 3;
        curveTo(
          x + third * (cx - x),
          y + third * (cy - y),
          endX + third * (cx - endX),
          endY + third * (cy - endY),
          endX,
          endY,
        );
        [controlX, controlY] = [cx, cy];
        break;
      }
      case "A": {
        const [rx, ry, turn, large, sweep] = [next(), next(), next(), next(), next()];
        const [endX, endY] = point();
        arc(path, { x, y, rx, ry, turn, large: large !== 0, sweep: sweep !== 0, endX, endY });
        [x, y] = [endX, endY];
        break;
      }
      case "Z":
        path.line(startX, startY);
        [x, y] = [startX, startY];
        break;
      default:
        position++;
    }
    if (!curved) [controlX, controlY] = [x, y];
  }
}

interface Arc {
  x: number;
  y: number;
  rx: number;
  ry: number;
  /** Degrees by which the ellipse is turned. */
  turn: number;
  large: boolean;
  sweep: boolean;
  endX: number;
  endY: number;
}

/** An elliptical arc from its two ends: SVG 2, appendix B.2.4. */
function arc(path: FlatPath, { x, y, turn, large, sweep, endX, endY, ...radii }: Arc): void {
  let [rx, ry] = [Math.abs(radii.rx), Math.abs(radii.ry)];
  if (rx === 0 || ry === 0 || (x === endX && y === endY)) {
    path.line(endX, endY);
    return;
  }
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [(x - endX) / 2, (y - endY) / 2];
  const [px, py] = [cos * dx + sin * dy, -sin * dx + cos * dy];
  const grow = Math.sqrt((px * px) / (rx * rx) + (py * py) / (ry * ry));
  if (grow > 1) [rx, ry] = [rx * grow, ry * grow];
  const spread = rx * rx * py * py + ry * ry * px * px;
  const ratio = Math.sqrt(Math.max(0, (rx * rx * ry * ry - spread) / spread)) * (large === sweep ? -1 : 1);
  const [cx, cy] = [(ratio * rx * py) / ry, (-ratio * ry * px) / rx];
  const [middleX, middleY] = [cos * cx - sin * cy + (x + endX) / 2, sin * cx + cos * cy + (y + endY) / 2];
  const start = Math.atan2((py - cy) / ry, (px - cx) / rx);
  let extent = Math.atan2((-py - cy) / ry, (-px - cx) / rx) - start;
  if (sweep && extent < 0) extent += 2 * Math.PI;
  if (!sweep && extent > 0) extent -= 2 * Math.PI;
  for (let k = 1; k < pieces; k++) {
    const t = start + (extent * k) / pieces;
    const [ex, ey] = [rx * Math.cos(t), ry * Math.sin(t)];
    path.line(middleX + cos * ex - sin * ey, middleY + sin * ex + cos * ey);
  }
  path.line(endX, endY);
}

const cache = new Map<string, FlatPath>();
const cached = 500;

/** A flattened path; the last few are kept, since contour labels ask for hundreds of points of the same one. */
export function flatPath(d: string): FlatPath {
  let path = cache.get(d);
  if (!path) {
    path = new FlatPath(d);
    if (cache.size >= cached) cache.clear();
    cache.set(d, path);
  }
  return path;
}
