// The script of the start-up snapshot: the language, with TypeScript, its library and normlab's declarations loaded,
// parsed and checked. esbuild makes one file of it, since Node builds a snapshot from one file that can require nothing
// but Node's own modules. Its argument names a file that says what to do (build.ts).
import { readFileSync, writeFileSync } from "node:fs";
import { createEvaluator, rehearseFrontEnd } from "../../language/evaluator.js";
import { nodeFiles } from "../files.js";
import { type Rehearsal, type StartUp, startUpKey } from "./held.js";

const { platform, cells, folder, sources, list }: Rehearsal = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
const { frontEnd, files } = rehearseFrontEnd(platform, nodeFiles, cells, folder);
writeFileSync(list, files.join("\n"));
const startUp: StartUp = { sources, createEvaluator, frontEnd };
Object.defineProperty(globalThis, startUpKey, { value: startUp, configurable: true });
