// An error that a person can act on: its message is the whole story, so no stack is shown for it.
export class Problem extends Error {
  name = "Problem";
}

/** Runs a script's main function; a Problem is one printed message and exit code 1, anything else keeps its stack. */
export async function runScript(main) {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? process.exitCode ?? 0;
  } catch (error) {
    // By name: the build has a class of its own.
    console.error(error.name === "Problem" ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
