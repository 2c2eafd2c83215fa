// Finds and ends processes by a mark in their environment: those that a cell started, and those that these started.
// The main thread uses it and, while that waits for a process, the wire's thread.
import childProcess from "node:child_process";
import fs from "node:fs";

// Captured here: cells see others.
const { execFileSync } = childProcess;
const { readdirSync, readFileSync } = fs;

/** The variable that holds the mark. */
export const markVariable = "NORMLAB_CELL";

export interface ProcessMark {
  /** Of everything that this kernel started. */
  readonly kernel: string;
  /** Of what one cell started, by the number that the kernel's own count gives it. */
  cell(id: number): string;
}

/** `id` differs between kernels. The end is part of a mark: cell 1's is not the start of cell 12's. */
export function processMark(id: string): ProcessMark {
  return { kernel: `${id}.`, cell: (number) => `${id}.${number}.` };
}

/** Sends a signal to all processes whose mark starts with this one, but to this process itself. */
export function signalProcesses(mark: string, signal: NodeJS.Signals): void {
  for (const pid of markedProcesses(`${markVariable}=${mark}`)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

function markedProcesses(assignment: string): number[] {
  return process.platform === "linux" ? markedOnLinux(assignment) : markedByPs(assignment);
}

function markedOnLinux(assignment: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && environmentOf(pid).includes(assignment));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    // Another user's, or gone.
    return "";
  }
}

/** macOS has no /proc; its ps shows the environments of one's own processes behind the commands. */
function markedByPs(assignment: string): number[] {
  if (process.platform === "win32") return [];
  const listed = execFileSync("ps", ["-axEww", "-o", "pid=,command="], { encoding: "utf8" });
  return listed
    .split("\n")
    .filter((line) => line.includes(assignment))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid !== process.pid);
}

/**
 * For a shell that outlives the kernel: it reads the mark and waits for the end of its input, which is the kernel's end,
 * then ends what is marked.
 */
export const endMarkedWhenAlone = `
read -r mark
while read -r line; do :; done
marked() {
  if [ -r /proc/self/environ ]; then
    grep -ls -e "$mark" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
  else
    ps -axEww -o pid=,command= | while read -r pid rest; do
      case $rest in *"$mark"*) echo "$pid" ;; esac
    done
  fi
}
found=$(marked)
[ -n "$found" ] || exit 0
kill -TERM $found 2>/dev/null
sleep 1
found=$(marked)
[ -n "$found" ] && kill -KILL $found 2>/dev/null
`;
