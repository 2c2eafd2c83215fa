// Node's warnings as a notebook shows them: without the process id, which no second run repeats, and without those
// about how this kernel or a package uses Node, which its reader cannot do anything about.

const ofNoConcern = new Set(["ExperimentalWarning", "DeprecationWarning"]);

function show(warning: Error): void {
  if (!ofNoConcern.has(warning.name)) process.stderr.write(`${warning.name}: ${warning.message}\n`);
}

/** Takes the place of Node's own listener. */
export function quietWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", show);
}
