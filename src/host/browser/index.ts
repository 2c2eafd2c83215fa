/** What the module needs of its surroundings, in a browser: on a page, or in a worker. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { gunzipSync } from "fflate";
import { inspect } from "node-inspect-extracted";
import type { Host } from "../host.js";
import { files } from "./files.js";
import { answerPool, startPool } from "./pool.js";
import { resource } from "./resources.js";

/** What is used of a browser's own, whose types come with the DOM's library. */
declare const navigator: { readonly hardwareConcurrency?: number };
declare const MessageChannel: new () => {
  port1: { onmessage: () => void; close(): void };
  port2: { postMessage(message: null): void };
};

/** setTimeout waits for 4 ms where calls follow each other; a message does not. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

let line = "";

export const host: Host = {
  name: "this browser",
  resource,
  gunzip: (bytes) => gunzipSync(bytes),
  // The browser's own answers later.
  sha256: (bytes) => bytesToHex(sha256(bytes)),
  plotly() {
    throw new Error("A page that stands alone is made in Node: here the script of Plotly can't be read.");
  },
  files,
  // Nobody else writes to files that there are none of.
  program: { id: 0, thread: 0, start: 0, machine: "browser", isRunning: () => false },
  // Memory can be shared between threads only on pages that are served with isolation headers.
  threads: null,
  processors: () => navigator.hardwareConcurrency ?? 1,
  startPool,
  hotKernels: null,
  queues: null,
  build: () => "browser",
  serve(run) {
    void answerPool(run);
    return run;
  },
  pause,
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
  later(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
  expectManyListeners() {},
  setting: () => undefined,
  warn: (message) => console.warn(message),
  console: {
    isTerminal: false,
    write(text) {
      const lines = (line + text).split("\n");
      line = lines.pop() ?? "";
      for (const whole of lines) console.info(whole);
    },
  },
  inspect: (value) => inspect(value),
  newStockDisplay: () => undefined,
};
