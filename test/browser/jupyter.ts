// JupyterLab or Notebook for a test: on the loopback, at a port that is free, with a token and no settings from the machine.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { python } from "../notebooks/run.js";

export interface Jupyter {
  /** The address of a file of its folder, opened as the only one. */
  addressOf(file: string): string;
  stop(): Promise<void>;
}

/** JupyterLab's settings, by the extension that they are for. */
const choices = {
  // Cells out of sight stay in the page, so that a test can count what all of them show.
  "notebook-extension/tracker": { windowingMode: "none" },
  // No question about news, no look for updates: the test has no network.
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
};

/** The programs: their module, and how the address of an opened file begins. */
const programs = {
  JupyterLab: { module: "jupyterlab", opened: "/doc/tree/" },
  Notebook: { module: "notebook", opened: "/notebooks/" },
} as const;

/** Starts one of them on a folder; resolves when it answers. */
export function startJupyter(folder: string, name: keyof typeof programs = "JupyterLab"): Promise<Jupyter> {
  const { module, opened } = programs[name];
  const token = randomBytes(16).toString("hex");
  const settings = mkdtempSync(join(tmpdir(), "normlab-jupyter-"));
  for (const [extension, content] of Object.entries(choices)) {
    const file = join(settings, "settings", "@jupyterlab", `${extension}.jupyterlab-settings`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
  }
  const child = spawn(
    python,
    [
      ...["-m", module, "--no-browser", "--allow-root", `--ServerApp.root_dir=${folder}`],
      ...["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", `--IdentityProvider.token=${token}`],
    ],
    {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        JUPYTER_CONFIG_DIR: join(settings, "config"),
        JUPYTER_RUNTIME_DIR: join(settings, "runtime"),
        JUPYTERLAB_SETTINGS_DIR: join(settings, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: join(settings, "workspaces"),
      },
    },
  );
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(settings, { recursive: true, force: true });
  };
  return new Promise((resolve, reject) => {
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      const address = /(http:\/\/127\.0\.0\.1:\d+)\/(lab|tree)/.exec(log)?.[1];
      if (!address) return;
      const addressOf = (file: string) => `${address}${opened}${encodeURIComponent(file)}?token=${token}`;
      resolve({ addressOf, stop });
    });
    child.on("error", reject);
    child.on("close", () => reject(new Error(`${name} ended:\n${log}`)));
  });
}
