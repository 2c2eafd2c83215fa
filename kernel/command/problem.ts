// The two ways in which a command fails that its reader can mend: each message is the whole story, without a stack.

/** Something on this machine stands in the way: exit code 1. */
export class Problem extends Error {
  override name = "Problem";
}

/** A command line that cannot be read: exit code 2, with a pointer to --help. */
export class UsageError extends Error {
  override name = "UsageError";

  constructor(
    message: string,
    /** The command whose --help says more; of normlab as a whole when absent. */
    readonly command?: string,
  ) {
    super(message);
  }
}
