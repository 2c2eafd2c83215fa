/**
 * test/bench/RESULTS.md: what the benchmarks measured, written by `npm run bench -- --report`. A part of the page for
 * each benchmark; one that did not run keeps what an earlier run measured.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, platform, release } from "node:os";
import { fileURLToPath } from "node:url";
import { quantile } from "./trainer/quantile.js";

export const resultsPage = fileURLToPath(new URL("../../../test/bench/RESULTS.md", import.meta.url));

/** One measurement of every side in each round, in turns, so that a round's values share what the machine was busy with. */
export interface Comparison {
  title: string;
  unit: string;
  /** Which values win: times are better when they are less, speeds when they are more. */
  better: "less" | "more";
  /** The sides that are normlab's; the others' rows tell how many times as good each of these is. */
  own: readonly string[];
  /** The values of each side by round. */
  sides: ReadonlyMap<string, readonly number[]>;
}

/** What is no number a round: a row of words for each side. */
export interface Observation {
  title: string;
  rows: readonly (readonly [side: string, seen: string])[];
}

/** What one benchmark hands over while it runs. */
export class Report {
  private readonly machine = describeMachine();
  private readonly versions: string[] = [];
  private readonly sections: string[] = [];
  private readonly lost: string[] = [];

  /** @param how the command line of the run */
  constructor(
    readonly part: string,
    private readonly how: string,
  ) {}

  version(name: string, version: string | undefined): void {
    if (version) this.versions.push(`${name} ${version}`);
  }

  /** The versions of packages that a Python has. */
  pythonVersions(python: string, names: readonly string[]): void {
    const code =
      "import importlib.metadata as m, sys; print('\\n'.join(n + ' ' + m.version(n) for n in sys.argv[1:]))";
    const { stdout, status } = spawnSync(python, ["-c", code, ...names], { encoding: "utf8" });
    if (status === 0) this.versions.push(...stdout.trim().split("\n"));
  }

  compare({ title, unit, better, own, sides }: Comparison): void {
    const rows = Array.from(sides, ([name, values]) => {
      const ratios = own.map((ours) => {
        if (own.includes(name)) return "";
        const ratio = ratioOf(sides.get(ours) ?? [], values, better);
        if (ratio === undefined) return "—";
        if (ratio.median < 1)
          this.lost.push(`${title}: ${ours} is ${inWords(ratio)} times as good as ${name}.`);
        return inWords(ratio);
      });
      const spread =
        values.length > 0 ? `${digits(quantile(values, 0))} to ${digits(quantile(values, 1))}` : "—";
      const median = values.length > 0 ? digits(quantile(values)) : "failed";
      return [name, median, spread, ...ratios];
    });
    const rounds = Math.max(...Array.from(sides.values(), ({ length }) => length));
    const heads = [
      "",
      `${unit}, median of ${rounds}`,
      "least to most",
      ...own.map((name) => `${name} is … times as good`),
    ];
    this.sections.push(`### ${title}\n\n${table([heads, ...rows])}`);
  }

  observe({ title, rows }: Observation): void {
    this.sections.push(`### ${title}\n\n${table([["", "seen"], ...rows])}`);
  }

  /** The part of the page, in Markdown. */
  text(): string {
    const versions = this.versions.length > 0 ? `, ${this.versions.join(", ")}` : "";
    const lost =
      this.lost.length > 0 ? this.lost.map((line) => `- ${line}`).join("\n") : "Nowhere in this run.";
    return [
      `\`${this.how}\` on ${this.machine}${versions}.`,
      ...this.sections,
      `### Where normlab loses (${this.part})\n\n${lost}`,
    ].join("\n\n");
  }

  /** Puts the part into the page, and leaves the others as they are. */
  write(file: string = resultsPage): void {
    const page = withPart(
      existsSync(file) ? readFileSync(file, "utf8") : emptyPage(),
      this.part,
      this.text(),
    );
    writeFileSync(`${file}.new`, page);
    renameSync(`${file}.new`, file);
  }
}

function describeMachine(): string {
  const [cpu] = cpus();
  return (
    `${cpu?.model.trim() || process.arch} (${availableParallelism()} threads; load when it began ${loadavg()[0].toFixed(1)}), ` +
    `${platform()} ${release().replace(/-.*/, "")}, Node ${process.versions.node}`
  );
}

interface Ratio {
  median: number;
  least: number;
  most: number;
}

/** How many times as good our values are, over the rounds; undefined where a side lacks a round. */
function ratioOf(
  ours: readonly number[],
  theirs: readonly number[],
  better: Comparison["better"],
): Ratio | undefined {
  if (ours.length === 0 || ours.length !== theirs.length) return undefined;
  const ratios = ours.map((value, round) =>
    better === "more" ? value / theirs[round] : theirs[round] / value,
  );
  return { median: quantile(ratios), least: quantile(ratios, 0), most: quantile(ratios, 1) };
}

const digits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

const inWords = ({ median, least, most }: Ratio): string =>
  `${digits(median)} (${digits(least)} to ${digits(most)})`;

function table([heads, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

const parts = {
  kernel: "The kernel",
  trainer: "The trainer",
  convolution: "Networks of images",
  figures: "Static figures",
  browser: "The trainer in a page",
  queue: "A sweep over a queue",
};
const begin = (part: string) => `<!-- ${part}: written by npm run bench -- ${part} --report -->`;
const end = (part: string) => `<!-- end of ${part} -->`;

function emptyPage(): string {
  const introduction =
    "# What the benchmarks measured\n\n" +
    "Written by `npm run bench -- --report`; nothing here is written by hand. All sides of a table ran in turns in one run, " +
    "so ratios say more than times: a ratio is taken in each round, and stands as the median with the least and the most. " +
    "Above 1 normlab is better.";
  const sections = Object.entries(parts).map(
    ([part, title]) => `## ${title}\n\n${begin(part)}\n\nNot measured yet.\n\n${end(part)}`,
  );
  return `${[introduction, ...sections].join("\n\n")}\n`;
}

export function withPart(page: string, part: string, text: string): string {
  const from = page.indexOf(begin(part));
  const to = page.indexOf(end(part));
  if (from < 0 || to < from)
    throw new Error(
      `RESULTS.md lacks the lines "${begin(part)}" and "${end(part)}": delete it, and it is made anew.`,
    );
  return `${page.slice(0, from + begin(part).length)}\n\n${text}\n\n${page.slice(to)}`;
}
