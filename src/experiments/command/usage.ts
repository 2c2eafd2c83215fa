import { type ParseArgsConfig, parseArgs } from "node:util";
import { checkCount } from "../../base/errors.js";

/** A command line that can't be read. */
export class UsageError extends Error {
  override name = "UsageError";

  constructor(
    message: string,
    /** How it is written. */
    readonly usage: string,
  ) {
    super(message);
  }
}

/** The words of a command line by its options; throws a UsageError that says what is unknown or lacks a value. */
export function readArguments<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ allowPositionals: true; options: Options }>> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), usage);
  }
}

/** A number that an option was given; throws an OptionError when it is none, or too small. */
export function numberOf(
  command: string,
  option: string,
  text: string | undefined,
  least: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  checkCount(command, option, value, least);
  return value;
}
