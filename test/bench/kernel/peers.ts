/** The kernels that are compared: how each is started, and the cells in its language. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelArgv } from "../../kernel/client.js";
import type { Report } from "../report.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = join(repository, "test", "bench", "kernel");

export interface KernelPeer {
  readonly name: string;
  readonly argv: readonly string[];
  /** A cell that declares the variable v<number> and ends with an expression of it. */
  declaring(number: number): string;
  /** A cell that prints so many lines "line <number>". */
  flood(lines: number): string;
}

const typescript = {
  declaring: (number: number) => `const v${number} = ${number};\nv${number} + 1`,
  flood: (lines: number) => `for (let i = 0; i < ${lines}; i++) console.log("line " + i);`,
};

export const normlab: KernelPeer = { name: "normlab", argv: kernelArgv, ...typescript };

const ipykernel: KernelPeer = {
  name: "ipykernel",
  argv: [
    join(repository, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python"),
    "-m",
    "ipykernel_launcher",
    "-f",
    "{connection_file}",
  ],
  declaring: (number) => `v${number} = ${number}\nv${number} + 1`,
  flood: (lines) => `for i in range(${lines}): print(f"line {i}")`,
};

export const tslab: KernelPeer = {
  name: "tslab",
  argv: [
    process.execPath,
    createRequire(import.meta.url).resolve("tslab/bin/tslab"),
    "kernel",
    "--config-path={connection_file}",
  ],
  ...typescript,
};

/** normlab and its peers, as far as they are wanted; Deno where npm has its program for this machine. */
export function kernelPeers(wanted: (name: string) => boolean): KernelPeer[] {
  const peers = [normlab, ipykernel, tslab].filter(({ name }) => wanted(name));
  const deno = wanted("Deno") ? installDeno() : undefined;
  if (deno !== undefined) {
    peers.push({
      name: "Deno",
      argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
      ...typescript,
    });
  }
  return peers;
}

/** Tells the report which versions are compared. */
export function describeVersions(peers: readonly KernelPeer[], report: Report): void {
  for (const peer of peers) {
    if (peer === ipykernel) report.pythonVersions(peer.argv[0], ["ipykernel"]);
    else if (peer === tslab)
      report.version(peer.name, createRequire(import.meta.url)("tslab/package.json").version);
    else if (peer !== normlab)
      report.version(
        peer.name,
        spawnSync(peer.argv[0], ["--version"], { encoding: "utf8" }).stdout.split(" ")[1],
      );
  }
}

/** Deno's program, from the package that npm chose for this machine. */
function installDeno(): string | undefined {
  const program = () => {
    const packages = join(folder, "node_modules", "@deno");
    const [name] = existsSync(packages) ? readdirSync(packages) : [];
    return name && join(packages, name, process.platform === "win32" ? "deno.exe" : "deno");
  };
  if (program() === undefined)
    spawnSync("npm", ["ci", "--ignore-scripts", "--prefix", folder], { stdio: "inherit" });
  if (program() === undefined)
    process.stdout.write("Deno is left out: npm has no program of it for this machine.\n");
  return program();
}
