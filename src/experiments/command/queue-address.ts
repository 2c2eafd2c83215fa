import { host } from "#host";
import { UsageError } from "./usage.js";

/** What --queue was given, or NORMLAB_QUEUE, which no list of processes shows. */
export function queueAddress(given: string | undefined, usage: string): string {
  const address = given ?? host.setting("NORMLAB_QUEUE");
  if (address === undefined || address === "")
    throw new UsageError("it needs --queue redis://host/name, or the address in NORMLAB_QUEUE.", usage);
  return address;
}
