// npm start: the set-up, the reader's copy of the course, then JupyterLab on it. Arguments after -- go to JupyterLab.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./files.js";
import { root, venvProgram } from "./paths.js";
import { runScript } from "./problem.js";
import { setupOfScript } from "./setup.js";
import { refreshCopy } from "./work.js";

/**
 * Jupyter's server passes on 1,000 messages and 1 MB a second and drops the rest; a loop that prints much is over
 * that at once, so the limits are raised to where the browser is the slower one.
 */
const serverLimits = [
  "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=1000000",
  "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1000000000",
];

/** It opens on the course's README, and offers the course's kernel first. */
const beginning = [
  "--LabApp.default_url=/lab/tree/README.md",
  "--MultiKernelManager.default_kernel_name=normlab",
];

await runScript(async (args) => {
  await setupOfScript();
  const work = join(root, "work");
  // From the build, which the set-up may just have made.
  const { ownPackage, readersCopy } = await import("../../dist/kernel/command/readers-copy.js");
  const kept = refreshCopy(join(root, "notebooks"), work, readersCopy);
  const [ownName, ownContent] = ownPackage;
  if (!existsSync(join(work, ownName))) writeAtomically(join(work, ownName), ownContent);
  for (const name of kept)
    console.error(`normlab: work/${name} has your edits and stays; the newer original is notebooks/${name}`);
  const asRoot = process.getuid?.() === 0 ? ["--allow-root"] : [];
  const server = spawn(
    venvProgram("python"),
    ["-m", "jupyterlab", `--ServerApp.root_dir=${work}`, ...serverLimits, ...beginning, ...asRoot, ...args],
    { cwd: work, stdio: "inherit" },
  );
  // The terminal's Ctrl-C reaches JupyterLab itself, which asks before it stops; this process waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => server.kill("SIGTERM"));
  return await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.on("close", (code) => resolve(code ?? 1));
  });
});
