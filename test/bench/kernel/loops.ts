/** Loops over variables at a cell's top, and how long plain Node takes for them. */
import { execFileSync } from "node:child_process";

export interface Loop {
  /** What an earlier cell declares. */
  readonly before?: string;
  readonly code: string;
}

/** A loop, and what prints the milliseconds that it took. */
export function timed({ code }: Loop): string {
  return `{ var began = performance.now(); }\n${code}\nconsole.log(performance.now() - began);`;
}

export const loops: readonly Loop[] = [
  { code: "let a = 0;\nfor (let i = 0; i < 3e7; i++) a += i;" },
  { code: "var b = 0;\nfor (var j = 0; j < 3e7; j++) b += j;" },
  { before: "let n = 3e7, k = 0, c = 0;", code: "while (k < n) { c += k; k++; }" },
  {
    before: "let d = 0; const total = () => d;",
    code: "for (let i = 0; i < 3e7; i++) d += i * 0.5;",
  },
  {
    before: "const xs = Float64Array.from({ length: 1e6 }, (_, i) => i * 0.5); let e = 0;",
    code: "for (let r = 0; r < 30; r++) for (let i = 0; i < xs.length; i++) e += xs[i];",
  },
  {
    before: "const rows = Array.from({ length: 1e6 }, (_, i) => ({ value: i * 0.5 })); let g = 0;",
    code: "for (let r = 0; r < 10; r++) for (const row of rows) g += row.value;",
  },
  {
    before: "const twice = (x: number) => 2 * x; let h = 0;",
    code: "for (let i = 0; i < 3e7; i++) h += twice(i);",
  },
  {
    before: "const list: number[] = [];",
    code: "for (let i = 0; i < 3e6; i++) list.push(i);",
  },
];

/** The milliseconds that plain Node takes for a loop, in a module and in a process of its own. */
export function timeInNode(loop: Loop): number {
  // Without types, which no loop has but in what comes before.
  const plain = (loop.before ?? "").replaceAll(/: number(\[\])?/g, "");
  const options = ["--input-type=module", "--eval", `${plain}\n${timed(loop)}`];
  return Number(execFileSync(process.execPath, options, { encoding: "utf8" }));
}
