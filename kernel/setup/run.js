// Runs a program of a set-up step: quiet while it goes well, its whole output when it fails.
import { spawn } from "node:child_process";
import { root } from "./paths.js";
import { Problem } from "./problem.js";

/** The last words of a program that printed very much; what went wrong stands at the end. */
const keptCharacters = 20_000;

/**
 * Runs a program and resolves with what it printed.
 * @throws {Problem} with the program's own output when it cannot be started or exits with another code than 0.
 */
export function run(program, args, { what, cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-keptCharacters);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", (error) =>
      reject(new Problem(`${what}: ${program} could not be started (${error.message}).`)),
    );
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Problem(`${what} failed (${signal ?? `exit code ${code}`}). Its output:\n\n${output.trim()}`),
        );
    });
  });
}

/** Waits for all of them, so that nothing works on behind a failure, and then fails with the first one's. */
export async function allDone(promises) {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Runs a program in the foreground, its output on this terminal, and resolves with its exit code. */
export function foreground(program, args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a program with each of these arguments, so many at once; the output of one stands on this terminal behind that of the
 * one before it, as it comes or when its turn has come. Resolves with their exit codes.
 */
export async function inTurn(program, runs, atOnce) {
  const outputs = runs.map(() => "");
  const codes = [];
  let shown = 0;
  let next = 0;
  const show = () => {
    for (;;) {
      process.stdout.write(outputs[shown] ?? "");
      outputs[shown] = "";
      if (codes[shown] === undefined) return;
      shown++;
    }
  };
  const runNext = async () => {
    while (next < runs.length) {
      const index = next++;
      codes[index] = await exitCode(program, runs[index], (chunk) => {
        outputs[index] += chunk;
        show();
      });
      show();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runNext));
  return codes;
}

function exitCode(program, { args, env }, take) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** npm, as this process was started by it, or as found on the PATH. */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) return run(process.execPath, [script, ...args], options);
  const program = process.platform === "win32" ? "npm.cmd" : "npm";
  return run(program, args, options);
}
