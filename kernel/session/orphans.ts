// Ends the child processes of cells with the kernel. One that is killed can't do that itself, so a shell does: it reads
// from the kernel which children run, and that pipe's end is the kernel's.
import { type ChildProcess, spawn } from "node:child_process";

/** Reads "+ PID" and "- PID"; a process group of its own keeps it from being killed with the kernel. */
const watch = `
running=
while read -r sign pid; do
  others=
  for one in $running; do [ "$one" = "$pid" ] || others="$others $one"; done
  running=$others
  [ "$sign" = + ] && running="$running $pid"
done
[ -n "$running" ] || exit 0
kill -TERM $running 2>/dev/null
sleep 1
kill -KILL $running 2>/dev/null
`;

/** Is told of the children that shall not outlive this process; the shell starts with the first of them. */
export class Orphans {
  #shell: ChildProcess | undefined;
  #isStarting = false;

  add(child: ChildProcess): void {
    // The shell is a child as well. Windows has none.
    if (this.#isStarting || child.pid === undefined || process.platform === "win32") return;
    const { pid } = child;
    this.#tell(`+ ${pid}`);
    child.once("exit", () => this.#tell(`- ${pid}`));
  }

  #tell(line: string): void {
    this.#shell ??= this.#start();
    this.#shell.stdin?.write(`${line}\n`);
  }

  #start(): ChildProcess {
    this.#isStarting = true;
    const shell = spawn("/bin/sh", ["-c", watch], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    this.#isStarting = false;
    // Without it children may outlive a kernel that is killed; cells run all the same.
    shell.on("error", () => {});
    shell.stdin?.on("error", () => {});
    shell.unref();
    return shell;
  }
}
