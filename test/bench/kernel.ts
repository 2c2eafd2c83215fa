/**
 * npm run bench -- kernel: normlab's kernel beside ipykernel, stock tslab and Deno, in turns in one run.
 *
 *   --rounds=5      starts of each kernel; cells are timed in as many rounds
 *   --peers=a,b     only the peers whose names contain one of these; normlab always takes part
 *   --parts=a,b     only these: start, cell, loops, session, flood, interrupts
 */
import { printed } from "../kernel/client.js";
import { endlessCells } from "../kernel/session/interrupts.js";
import { type Loop, loops, timed, timeInNode } from "./kernel/loops.js";
import { describeVersions, type KernelPeer, kernelPeers, normlab, tslab } from "./kernel/peers.js";
import { PeerSession, within } from "./kernel/session.js";
import type { Report } from "./report.js";
import { quantile } from "./trainer/quantile.js";

const trivialCellsPerRound = 20;
const manyCells = 500;
const floodLines = 100_000;
/** An interrupted cell has to end within this time (ms). */
const interruptLimit = 1000;

interface Options {
  readonly rounds: number;
  readonly peers: KernelPeer[];
  readonly parts: readonly string[];
}

const parts: Record<string, (options: Options, report: Report) => Promise<void>> = {
  start: startTimes,
  cell: trivialCells,
  loops: loopTimes,
  session: longSession,
  flood: floods,
  interrupts,
};

export async function main(args: readonly string[], report: Report): Promise<void> {
  const options = readOptions(args);
  describeVersions(options.peers, report);
  for (const part of options.parts) await parts[part](options, report);
}

function readOptions(args: readonly string[]): Options {
  let rounds = 5;
  let names: string[] | undefined;
  let chosen = Object.keys(parts);
  for (const arg of args) {
    const [, key, value] = /^--(\w+)=(.+)$/.exec(arg) ?? [];
    if (key === "rounds" && Number.isInteger(Number(value))) rounds = Number(value);
    else if (key === "peers") names = value.toLowerCase().split(",");
    else if (key === "parts" && value.split(",").every((part) => part in parts)) chosen = value.split(",");
    else {
      const known = Object.keys(parts).join(",");
      throw new Error(`The kernels' benchmark takes --rounds=, --peers= and --parts=${known}; got ${arg}.`);
    }
  }
  const wanted = (name: string) =>
    names === undefined || name === normlab.name || names.some((part) => name.toLowerCase().includes(part));
  return { rounds, peers: kernelPeers(wanted), parts: chosen };
}

type Times = Map<KernelPeer, number[]>;

function emptyTimes(peers: KernelPeer[]): Times {
  return new Map(peers.map((peer) => [peer, []]));
}

/** One row a peer: its median, and normlab's median ratio to it over the rounds. */
function showTimes(title: string, times: Times, unit: string, report: Report): void {
  print(`\n${title}`);
  const sides = new Map(Array.from(times, ([{ name }, values]) => [name, values]));
  report.compare({ title, unit, better: "less", own: [normlab.name], sides });
  const own = times.get(normlab) ?? [];
  for (const [peer, values] of times) {
    const ratios = values.map((value, round) => own[round] / value);
    const ratio = peer === normlab ? "" : `   normlab ÷ ${peer.name} = ${quantile(ratios).toFixed(2)}`;
    print(`  ${peer.name.padEnd(10)} ${quantile(values).toFixed(1).padStart(8)} ${unit}${ratio}`);
  }
}

async function startTimes({ peers, rounds }: Options, report: Report): Promise<void> {
  const times = emptyTimes(peers);
  for (let round = 0; round < rounds; round++) {
    for (const peer of inTurn(peers, round)) {
      const session = await PeerSession.start(peer);
      times.get(peer)?.push(session.startTime);
      await session.end();
    }
  }
  showTimes(
    "Start of the process to the end of the first cell (target: ≤ 1.0 × ipykernel)",
    times,
    "ms",
    report,
  );
}

async function trivialCells({ peers, rounds }: Options, report: Report): Promise<void> {
  const sessions = await Promise.all(peers.map((peer) => PeerSession.start(peer)));
  const times = emptyTimes(peers);
  for (let round = 0; round <= rounds; round++) {
    for (const session of inTurn(sessions, round)) {
      const cells: number[] = [];
      for (let cell = 0; cell < trivialCellsPerRound; cell++) cells.push(await session.time("1 + 1"));
      // The first round warms up.
      if (round > 0) times.get(session.peer)?.push(quantile(cells));
    }
  }
  for (const session of sessions) await session.end();
  showTimes("Trivial cell, `1 + 1` (target: ≤ 0.6 × ipykernel)", times, "ms", report);
}

/** Loops at a cell's top, beside the same text as a module in plain Node. */
async function loopTimes({ rounds }: Options, report: Report): Promise<void> {
  const title = "Loops at the top of a cell (target: ≤ 4 × plain Node)";
  print(`\n${title}`);
  const session = await PeerSession.start(normlab);
  const rows: [string, string][] = [];
  for (const loop of loops) {
    const own: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < rounds; round++) {
      own.push(await timeInCell(session, loop));
      plain.push(timeInNode(loop));
    }
    const ratio = quantile(own.map((time, round) => time / plain[round]));
    const seen = `${quantile(own).toFixed(0)} ms, plain Node ${quantile(plain).toFixed(0)} ms (${ratio.toFixed(1)} ×)`;
    rows.push([`\`${loop.code.replaceAll("\n", " ")}\``, seen]);
    printRow([loop.code.replaceAll("\n", " ").padEnd(100), seen]);
  }
  await session.end();
  report.observe({ title, rows });
}

/** What came before is in an earlier cell. */
async function timeInCell(session: PeerSession, loop: Loop): Promise<number> {
  if (loop.before) await session.run(loop.before);
  const { messages } = await session.run(timed(loop));
  const time = Number(printed(messages));
  if (!(time > 0)) throw new Error(`The loop did not say how long it took: ${printed(messages)}`);
  return time;
}

async function longSession({ peers }: Options, report: Report): Promise<void> {
  const title = `${manyCells} cells that each declare a variable (targets: cell ${manyCells} ≤ 1.1 × cell 10, ≤ 0.1 MB a cell)`;
  print(`\n${title}`);
  const rows: [string, string][] = [];
  for (const peer of peers) {
    const session = await PeerSession.start(peer);
    const times: number[] = [];
    try {
      rows.push([peer.name, await growth(session, times)]);
    } catch {
      rows.push([peer.name, `stopped answering at cell ${times.length + 1}`]);
    } finally {
      await session.end();
    }
    printRow(rows[rows.length - 1]);
  }
  report.observe({ title, rows });
}

async function growth(session: PeerSession, times: number[]): Promise<string> {
  const half = manyCells / 2;
  let halfway = 0;
  for (let cell = 1; cell <= manyCells; cell++) {
    times.push(await session.time(session.peer.declaring(cell)));
    if (cell === half) halfway = session.memory();
  }
  // Ten cells around each, as one alone is noise.
  const early = quantile(times.slice(5, 15));
  const late = quantile(times.slice(-10));
  const perCell = (session.memory() - halfway) / half;
  return (
    `cell 10: ${early.toFixed(1)} ms, cell ${manyCells}: ${late.toFixed(1)} ms (${(late / early).toFixed(2)} ×), ` +
    `${perCell.toFixed(3)} MB a cell (resident, over the last ${half})`
  );
}

async function floods({ peers }: Options, report: Report): Promise<void> {
  const title = `${floodLines} printed lines (target: all, in order)`;
  print(`\n${title}`);
  const rows: [string, string][] = [];
  const expected = Array.from({ length: floodLines }, (_, line) => `line ${line}\n`).join("");
  for (const peer of peers) {
    const session = await PeerSession.start(peer);
    const began = performance.now();
    const id = session.client.sendCell(peer.flood(floodLines));
    // A kernel that loses output may lose the idle status as well.
    await within(15_000, session.client.executed(id), "").catch(() => {});
    const messages = session.client.publishedFor(id);
    const text = printed(messages);
    const lines = text.split("\n").length - 1;
    rows.push([
      peer.name,
      `${lines} lines${text === expected ? ", in order" : ""}, ` +
        `${messages.length} messages, ${((performance.now() - began) / 1000).toFixed(2)} s`,
    ]);
    printRow(rows[rows.length - 1]);
    await session.end();
  }
  report.observe({ title, rows });
}

async function interrupts(options: Options, report: Report): Promise<void> {
  const title = `Interrupts: the cell ends within ${interruptLimit / 1000} s, variables are kept, nothing runs on (target: all)`;
  print(`\n${title}`);
  const rows: [string, string][] = [];
  const peers = options.peers.filter((peer) => peer === normlab || peer === tslab);
  for (const peer of peers) {
    let won = 0;
    const results: string[] = [];
    const lost: string[] = [];
    const cells = endlessCells.filter(({ own }) => peer === normlab || own !== true);
    for (const { name, code } of cells) {
      const result = await interruptOne(peer, code);
      if (result.startsWith("ended")) won++;
      else lost.push(`${name}: ${result}`);
      results.push(`    ${name.padEnd(50)} ${result}`);
    }
    const score = `${won} of ${cells.length}`;
    rows.push([peer.name, [score, ...lost].join("; ")]);
    printRow([peer.name, score]);
    print(results.join("\n"));
  }
  report.observe({ title, rows });
}

async function interruptOne(peer: KernelPeer, code: string): Promise<string> {
  const session = await PeerSession.start(peer);
  const { client, kernel } = session;
  try {
    await session.run("let kept = 41; let ticks = 0;");
    const id = client.sendCell(code);
    const started = client.publication(
      ({ parentHeader, content }) => parentHeader.msg_id === id && String(content.text).includes("started"),
    );
    // tslab sends what a cell prints when its event loop turns, which it never does in some.
    await within(3000, started, "").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (client.publishedFor(id).some(({ content }) => content.execution_state === "idle"))
      return "did not run";
    const began = performance.now();
    // tslab's kernelspec asks for signals.
    if (peer === tslab) kernel.process.kill("SIGINT");
    else await client.interrupt();
    try {
      await within(4000, client.executed(id), "");
    } catch {
      return "did not end in 4 s";
    }
    const time = performance.now() - began;
    const after = await within(
      4000,
      client.execute(
        "{ const before = ticks; await new Promise((resolve) => setTimeout(resolve, 300)); console.log(kept, ticks - before); }",
      ),
      "",
    ).catch(() => undefined);
    if (after === undefined) return "the next cell does not answer";
    const state = printed(after.messages).trim();
    if (state !== "41 0") return `something runs on, or a variable is lost: ${state || "nothing printed"}`;
    return time <= interruptLimit ? `ended after ${time.toFixed(0)} ms` : `took ${time.toFixed(0)} ms`;
  } finally {
    await session.end();
  }
}

/** Every round starts with another one, so that none is always first. */
function inTurn<T>(list: readonly T[], round: number): T[] {
  return list.map((_, index) => list[(index + round) % list.length]);
}

function printRow([name, seen]: readonly [string, string]): void {
  print(`  ${name.padEnd(10)} ${seen}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
