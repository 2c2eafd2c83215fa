/**
 * npm run bench -- figures: milliseconds from the end of the import to the first static picture (SVG), and of the later
 * ones, beside matplotlib and plotly with kaleido. Every round starts a process of each, in turns.
 *
 *   --rounds=5      rounds
 *   --peers=false   normlab alone, without installing the others
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sampleFigures } from "./figures/samples.js";
import type { Report } from "./report.js";
import { quantile } from "./trainer/quantile.js";

const sources = fileURLToPath(new URL("../../../test/bench/figures/", import.meta.url));
const compiled = fileURLToPath(new URL("./figures/", import.meta.url));

interface Side {
  name: string;
  command: string[];
  environment?: Record<string, string>;
  runs: Times[];
}

interface Times {
  imported: number;
  first: number;
  later: number[];
}

export async function main(args: readonly string[], report: Report): Promise<void> {
  const options = new Map(
    args.map((arg): [string, string] => [arg.split("=")[0], arg.slice(arg.indexOf("=") + 1)]),
  );
  for (const [option] of options) {
    if (!["--rounds", "--peers"].includes(option)) {
      throw new Error(`The figures' benchmark takes --rounds= and --peers=; got ${option}.`);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), "normlab-bench-"));
  try {
    const sides = [
      ...ownSides(folder),
      ...(options.get("--peers") === "false" ? [] : peerSides(folder, report)),
    ];
    for (let round = 0; round < Number(options.get("--rounds") ?? 5); round++) {
      for (const side of sides) run(side);
    }
    print(sides);
    handOver(sides, report);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ownSides(folder: string): Side[] {
  const command = [process.execPath, join(compiled, "normlab-peer.js")];
  // A file where the cache's folder would be: nothing is ever kept.
  const noCache = join(folder, "no-cache");
  writeFileSync(noCache, "");
  return [
    { name: "normlab", command, runs: [] },
    {
      name: "normlab, the first time on a machine",
      command,
      environment: { XDG_CACHE_HOME: noCache },
      runs: [],
    },
  ];
}

function peerSides(folder: string, report: Report): Side[] {
  const python = peersPython();
  if (python === undefined) {
    console.log("matplotlib and kaleido are left out: they could not be installed");
    return [];
  }
  report.pythonVersions(python, ["matplotlib", "plotly", "kaleido"]);
  const figures = join(folder, "figures.json");
  writeFileSync(figures, JSON.stringify([0, 1, 2, 3].flatMap(sampleFigures).map(({ json }) => json)));
  const kaleido = [python, join(sources, "kaleido_peer.py"), figures];
  return [
    { name: "matplotlib", command: [python, join(sources, "matplotlib_peer.py")], runs: [] },
    { name: "plotly and kaleido", command: kaleido, environment: browserOfKaleido(), runs: [] },
  ];
}

/** Kaleido looks for Chrome by itself; a Chromium it does not know is named to it. */
function browserOfKaleido(): Record<string, string> {
  const chromium = "/usr/bin/chromium";
  return process.env.BROWSER_PATH === undefined && existsSync(chromium) ? { BROWSER_PATH: chromium } : {};
}

/** The Python with the peers: NORMLAB_BENCH_FIGURES_PYTHON, or a folder under test/bench/ that pip fills. */
function peersPython(): string | undefined {
  const given = process.env.NORMLAB_BENCH_FIGURES_PYTHON;
  if (given) return given;
  const environment = join(sources, ".venv");
  const windows = process.platform === "win32";
  const python = join(environment, windows ? "Scripts" : "bin", windows ? "python.exe" : "python");
  const succeeds = (program: string, list: string[]): boolean => spawnSync(program, list).status === 0;
  if (existsSync(python) && succeeds(python, ["-c", "import matplotlib, plotly, kaleido"])) return python;
  console.log("installing matplotlib, plotly and kaleido into test/bench/figures/.venv");
  const requirements = ["-m", "pip", "install", "-r", join(sources, "requirements.txt")];
  const made = succeeds(windows ? "python" : "python3", ["-m", "venv", environment]);
  return made && succeeds(python, requirements) ? python : undefined;
}

function run(side: Side): void {
  const [program, ...list] = side.command;
  const env = { ...process.env, ...side.environment };
  const { stdout, stderr, status } = spawnSync(program, list, { encoding: "utf8", env });
  if (status !== 0) {
    console.log(`${side.name} failed: ${stderr.trim().split("\n").at(-1)}`);
    return;
  }
  side.runs.push(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Times);
}

function handOver(sides: readonly Side[], report: Report): void {
  const compare = (title: string, timeOf: (one: Times) => number) =>
    report.compare({
      title,
      unit: "ms",
      better: "less",
      own: ["normlab"],
      sides: new Map(sides.map(({ name, runs }) => [name, runs.map(timeOf)])),
    });
  compare("Import", (one) => one.imported);
  compare("From the end of the import to the first figure (SVG)", (one) => one.first);
  compare("A later figure (SVG), the median of a process", (one) => quantile(one.later));
}

function print(sides: readonly Side[]): void {
  const rows = sides.map(({ name, runs }) => {
    if (runs.length === 0) return [name, "—", "—", "—"];
    const columns = [
      runs.map((one) => one.imported),
      runs.map((one) => one.first),
      runs.flatMap((one) => one.later),
    ];
    return [name, ...columns.map((times) => quantile(times).toFixed(0))];
  });
  const table = [["milliseconds, medians", "import", "first figure", "later ones"], ...rows];
  const width = Math.max(...table.map(([name]) => name.length));
  for (const [name, ...cells] of table) {
    console.log(`${name.padEnd(width)}  ${cells.map((cell) => cell.padStart(12)).join("  ")}`);
  }
}
