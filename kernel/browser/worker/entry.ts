// What a page starts as its kernel. A browser keeps compiled code of what a worker imports while it runs, not of the file
// that it starts with nor of what that imports statically: so this file imports the kernel, and holds messages meanwhile.
import type { FromWorker, ToWorker } from "../messages.js";

const early: ToWorker[] = [];
const hold = ({ data }: MessageEvent<ToWorker>): void => {
  early.push(data);
};
globalThis.addEventListener("message", hold);

try {
  const { receive } = await import("./main.js");
  globalThis.removeEventListener("message", hold);
  for (const message of early) receive(message);
  globalThis.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => receive(data));
} catch (error) {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  globalThis.postMessage({ type: "failed", reason } satisfies FromWorker);
}
