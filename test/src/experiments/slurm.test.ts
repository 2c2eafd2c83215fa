// Parts of a sweep as tasks of Slurm, with its own daemons on this machine and the script of src/experiments/README.md:
// npm run test:slurm.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type ExperimentSpec, grid, sweep } from "../../../src/experiments/index.js";
import { freePort } from "./queue-server.js";

const command = fileURLToPath(new URL("../../../kernel/command/main.js", import.meta.url));
const page = new URL("../../../../src/experiments/README.md", import.meta.url);

const base: ExperimentSpec = {
  data: { set: "moons", size: 200 },
  network: { hidden: [60, 60], norm: "batch" },
  optimizer: { kind: "sgd", learningRate: 0.1 },
  steps: 300,
};
const specs = grid(base, { seed: Array.from({ length: 30 }, (_, seed) => seed) });

/** The first script of the page's part about Slurm. */
function recipe(): string {
  const [, part] = readFileSync(page, "utf8").split("\n## Slurm\n");
  const [, script] = part.split("```sh\n");
  return script.slice(0, script.indexOf("```"));
}

/** Where Debian and others put the daemons, which no PATH of a user has. */
const path = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"].join(delimiter);
const programs = ["munged", "slurmctld", "slurmd", "sbatch", "scancel", "scontrol"];
const missing = programs.filter(
  (program) => !path.split(delimiter).some((folder) => existsSync(join(folder, program))),
);

/** A cluster of this machine alone. */
class Cluster {
  readonly folder = mkdtempSync(join(tmpdir(), "normlab-slurm-"));
  readonly #daemons: ChildProcess[] = [];
  readonly #env = {
    ...process.env,
    PATH: `${join(this.folder, "bin")}${delimiter}${path}`,
    SLURM_CONF: join(this.folder, "slurm.conf"),
  };

  async start(): Promise<void> {
    const at = (name: string) => join(this.folder, name);
    for (const name of ["bin", "state", "spool"]) mkdirSync(at(name));
    chmodSync(this.folder, 0o755);
    writeFileSync(at("munge.key"), randomBytes(1024), { mode: 0o600 });
    writeFileSync(at("bin/normlab"), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`, {
      mode: 0o755,
    });
    const host = hostname().split(".")[0];
    const settings = {
      ClusterName: "normlab",
      SlurmctldHost: `${host}(127.0.0.1)`,
      SlurmctldPort: await freePort(),
      SlurmdPort: await freePort(),
      AuthType: "auth/munge",
      AuthInfo: `socket=${at("munge.socket")}`,
      CredType: "cred/munge",
      SlurmUser: userInfo().username,
      SlurmdUser: userInfo().username,
      StateSaveLocation: at("state"),
      SlurmdSpoolDir: at("spool"),
      SlurmctldPidFile: at("slurmctld.pid"),
      SlurmdPidFile: at("slurmd.pid"),
      ProctrackType: "proctrack/linuxproc",
      TaskPlugin: "task/none",
      MpiDefault: "none",
      SelectType: "select/cons_tres",
      SelectTypeParameters: "CR_CPU",
      MailProg: "/bin/true",
      // Indices up to 4.
      MaxArraySize: 5,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const node = `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`;
    const partition = "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP";
    writeFileSync(at("slurm.conf"), `${[...lines, node, partition].join("\n")}\n`);
    const munge = [
      "key-file=munge.key",
      "socket=munge.socket",
      "pid-file=munge.pid",
      "log-file=munge.log",
      "seed-file=munge.seed",
    ];
    this.daemon(
      "munged",
      "--foreground",
      "--force",
      ...munge.map((option) => `--${option.replace("=", `=${this.folder}/`)}`),
    );
    while (!existsSync(at("munge.socket"))) await later(20);
    this.daemon("slurmctld", "-D", "-c");
    this.daemon("slurmd", "-D", "-c");
    while (!this.run("scontrol", "show", "node").stdout.includes("State=IDLE")) await later(100);
  }

  private daemon(program: string, ...words: string[]): void {
    this.#daemons.push(spawn(program, words, { env: this.#env, stdio: "ignore" }));
  }

  run(program: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(program, words, { env: this.#env, cwd: this.folder, encoding: "utf8" });
  }

  /** Submits the script and waits for the job's end; gives its exit code and what sbatch said. */
  async job(env: Record<string, string>, ...words: string[]): Promise<{ code: number; said: string }> {
    const options = ["--wait", "--cpus-per-task=1", "--output=%A.%a.log", ...words];
    const child = spawn("sbatch", [...options, "job.sh"], {
      env: { ...this.#env, ...env },
      cwd: this.folder,
    });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    child.stderr.on("data", (text) => {
      said += text;
    });
    const [code] = await once(child, "close");
    return { code, said };
  }

  async end(): Promise<void> {
    for (const daemon of this.#daemons.reverse()) {
      if (daemon.exitCode !== null) continue;
      daemon.kill("SIGTERM");
      await once(daemon, "close");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe("parts of a sweep as tasks of Slurm", function () {
  this.timeout(0);

  let cluster: Cluster;
  let whole: string;
  const at = (name: string) => join(cluster.folder, name);

  before(async function () {
    if (process.env.NORMLAB_SLURM !== "1") return this.skip();
    if (missing.length > 0) {
      console.log(`      Skipped: ${missing.join(", ")} not found. On Debian: apt install slurm-wlm munge.`);
      return this.skip();
    }
    cluster = new Cluster();
    await cluster.start();
    writeFileSync(at("spec.json"), JSON.stringify(specs));
    writeFileSync(at("job.sh"), recipe());
    await sweep(specs, { progress: false, out: at("whole.jsonl") });
    whole = readFileSync(at("whole.jsonl"), "utf8");
  });
  after(() => cluster?.end());
  afterEach(() => {
    for (const index of Array.from({ length: 7 }).keys())
      rmSync(at(`results.${index}.jsonl`), { force: true });
    rmSync(at("results.jsonl"), { force: true });
  });

  const merge = (...files: string[]) =>
    cluster.run(at("bin/normlab"), "merge", ...files, "--out", "results.jsonl");

  it("are an array of tasks, and merged the file of one machine", async () => {
    const { code, said } = await cluster.job({}, "--array=0-3");
    expect(code, said).equal(0);
    const merged = merge(...[0, 1, 2, 3].map((index) => `results.${index}.jsonl`));
    expect(merged.status, merged.stderr).equal(0);
    expect(readFileSync(at("results.jsonl"), "utf8")).equal(whole);
  });

  it("are several arrays where there are more parts than MaxArraySize", async () => {
    expect((await cluster.job({}, "--array=0-6")).said).contain("Invalid job array specification");
    const count = { NORMLAB_SHARD_COUNT: "7" };
    const jobs = await Promise.all([
      cluster.job({ ...count, NORMLAB_SHARD_OFFSET: "0" }, "--array=0-3"),
      cluster.job({ ...count, NORMLAB_SHARD_OFFSET: "4" }, "--array=0-2"),
    ]);
    for (const { code, said } of jobs) expect(code, said).equal(0);
    const merged = merge(...Array.from({ length: 7 }, (_, index) => `results.${index}.jsonl`));
    expect(merged.status, merged.stderr).equal(0);
    expect(readFileSync(at("results.jsonl"), "utf8")).equal(whole);
  });

  it("end with exit code 0 when Slurm sends its signal, and go on when the task is submitted again", async () => {
    const lines = () => {
      const file = at("results.0.jsonl");
      return existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
    };
    const job = cluster.job({ NORMLAB_SHARD_COUNT: "1" }, "--array=0", "--job-name=stopped");
    // A head and two results.
    while (lines() < 3) await later(20);
    expect(cluster.run("scancel", "--signal=TERM", "--name=stopped").status).equal(0);
    const { code, said } = await job;
    expect(code, said).equal(0);
    expect(lines())
      .above(2)
      .and.below(1 + specs.length);
    const again = await cluster.job({ NORMLAB_SHARD_COUNT: "1" }, "--array=0");
    expect(again.code, again.said).equal(0);
    expect(merge("results.0.jsonl").status).equal(0);
    expect(readFileSync(at("results.jsonl"), "utf8")).equal(whole);
  });
});
