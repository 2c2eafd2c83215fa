// Generated projects, loaded as a cell loads them and by plain Node after tsc: what their modules see of each other, and
// when, has to be the same.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import { ts } from "../../../kernel/language/typescript.js";
import { Project } from "./project.js";

/** What one module does with another. */
interface Edge {
  to: number;
  how: "default" | "namespace" | "named" | "effect" | "star" | "starAs" | "from" | "dynamic";
}

interface ModulePlan {
  edges: Edge[];
  byDefault: "expression" | "function" | "class" | "named" | "none";
  awaits: boolean;
  bumps: boolean;
}

/** Packages that each project has, in the forms that packages come in. */
const packages: Record<string, string> = {
  "cjs/package.json": '{ "name": "cjs", "main": "lib/index.js" }',
  "cjs/lib/index.js":
    'exports.a = 1; exports.f = function f() { return exports.a++; }; exports["default"] = "d";',
  "fn/package.json": '{ "name": "fn" }',
  "fn/index.js": "module.exports = function fn() { return 'fn' }; module.exports.extra = 2;",
  "dual/package.json":
    '{ "name": "dual", "exports": { ".": { "import": "./i.mjs", "require": "./r.cjs" }, "./sub": { "node": "./n.cjs", "default": "./d.mjs" }, "./deep/*": "./src/*.mjs" } }',
  "dual/i.mjs": 'export const how = "import"; export default class Dual {}',
  "dual/r.cjs": 'exports.how = "require";',
  "dual/n.cjs": 'module.exports = { cond: "node" };',
  "dual/d.mjs": 'export default { cond: "default" };',
  "dual/src/x.mjs": "export let x = 1; export const up = () => ++x;",
};

const fromPackages = `
import * as cjs from "cjs";
import { a as cjsA } from "cjs";
import fn from "fn";
import * as fnAll from "fn";
import Dual, { how } from "dual";
import sub from "dual/sub";
import { x, up } from "dual/deep/x";
log("packages", [probe(() => cjs.a), probe(() => typeof cjs.f), probe(() => cjsA), probe(() => fn), probe(() => fn()), probe(() => fnAll.extra), how, probe(() => Dual), sub.cond, x, up(), x]);
`;

const head = `declare const __log: unknown[][];
const show = (value: unknown): unknown => typeof value === "function" ? "function " + value.name : typeof value === "object" && value !== null ? Reflect.ownKeys(value).filter((key) => typeof key === "string").join() : value;
const probe = (get: () => unknown): unknown => { try { return show(get()) } catch (error) { return (error as Error).name } };
const log = (...entry: unknown[]): void => { __log.push(entry) };
const exotic = (it: object, name: string): string => [
  () => Object.entries(Object.getOwnPropertyDescriptor(it, name) ?? {}).map(([key, value]) => [key, show(value)].join()),
  () => name in it, () => Object.hasOwn(it, name), () => Reflect.set(it, name, 1), () => Reflect.deleteProperty(it, name),
  () => Reflect.defineProperty(it, name, { value: 1 }), () => Reflect.defineProperty(it, name, {}),
  () => Reflect.defineProperty(it, name, { configurable: true }), () => Reflect.defineProperty(it, name, { get() { return 1 } }),
  () => Reflect.defineProperty(it, name, { value: Reflect.get(it, name), writable: true, enumerable: true, configurable: false }),
  () => Object.isExtensible(it), () => Object.isFrozen(it), () => Reflect.preventExtensions(it), () => Object.getPrototypeOf(it),
  () => Reflect.setPrototypeOf(it, {}), () => Reflect.setPrototypeOf(it, null), () => Object.prototype.toString.call(it),
  () => Object.keys(it), () => Object.entries({ ...it }).length, () => Object.getOwnPropertySymbols(it).length, () => JSON.stringify(it),
].map((get) => String(probe(get))).join("; ");
`;

function source(index: number, plan: ModulePlan, plans: readonly ModulePlan[]): string {
  const lines = [head];
  const probes: string[] = [];
  const other = (to: number) => `"./m${to}.js"`;
  plan.edges.forEach(({ to, how }, at) => {
    const id = `${index}_${at}`;
    const target = plans[to];
    if (how === "effect") lines.push(`import ${other(to)};`);
    if (how === "default" && target.byDefault !== "none") {
      lines.push(`import d${id} from ${other(to)};`);
      probes.push(`d${id}`);
    }
    if (how === "namespace") {
      lines.push(`import * as ns${id} from ${other(to)};`);
      probes.push(`ns${id}`, `ns${id}.n${to}`, `ns${id}.hoisted${to}()`);
      for (const name of [`n${to}`, `hoisted${to}`, "absent"]) probes.push(`exotic(ns${id}, "${name}")`);
    }
    if (how === "named") {
      lines.push(
        `import { c${to} as c${id}, n${to} as n${id}, bump${to} as b${id}, hoisted${to} as h${id}, K${to} as k${id} } from ${other(to)};`,
      );
      probes.push(`c${id}`, `n${id}`, `k${id}`, `h${id}`, `h${id}()`);
      if (plan.bumps) probes.push(`b${id}()`, `n${id}`);
    }
    if (how === "star") lines.push(`export * from ${other(to)};`);
    if (how === "starAs") lines.push(`export * as all${id} from ${other(to)};`);
    if (how === "from")
      lines.push(`export { c${to} as rc${id}, n${to} as rn${id}, bump${to} as rb${id} } from ${other(to)};`);
    if (how === "dynamic" && plan.awaits && target.edges.length === 0) {
      // In a circle it would wait for itself for ever, as plain Node does.
      probes.push(`(await import(${other(to)})).n${to}`);
    }
  });
  lines.push(`export function hoisted${index}() { return "hoisted${index}" }`);
  const sync = probes.filter((probe) => !probe.includes("await"));
  lines.push(`log(${index}, "before", [${sync.map((probe) => `probe(() => ${probe})`).join(", ")}]);`);
  lines.push(`export const c${index} = "c${index}";`);
  lines.push(`export let n${index} = ${index};`);
  lines.push(`export function bump${index}() { return n${index} += 10 }`);
  lines.push(`export class K${index} { static own = n${index} }`);
  if (plan.byDefault === "expression") lines.push(`export default n${index} + 1;`);
  if (plan.byDefault === "function") lines.push(`export default function () { return n${index} }`);
  if (plan.byDefault === "class") lines.push("export default class {}");
  if (plan.byDefault === "named") lines.push(`export default function byName${index}() {}`);
  if (plan.awaits) {
    lines.push("await null;");
    for (const probe of probes.filter((each) => each.includes("await")))
      lines.push(`log(${index}, ${probe});`);
  }
  lines.push(`log(${index}, "after", [${sync.map((probe) => `probe(() => ${probe})`).join(", ")}]);`);
  return lines.join("\n");
}

const edge = (count: number): fc.Arbitrary<Edge> =>
  fc.record({
    to: fc.nat(count - 1),
    how: fc.constantFrom("default", "namespace", "named", "effect", "star", "starAs", "from", "dynamic"),
  });

const plans = fc.integer({ min: 1, max: 6 }).chain((count) =>
  fc.array(
    fc.record({
      edges: fc.array(edge(count), { maxLength: 4 }),
      byDefault: fc.constantFrom("expression", "function", "class", "named", "none"),
      awaits: fc.boolean(),
      bumps: fc.boolean(),
    }),
    { minLength: count, maxLength: count },
  ),
);

type Log = unknown[][];

async function logged(load: () => Promise<unknown>): Promise<{ log: Log; value: unknown }> {
  const log: Log = [];
  Reflect.set(globalThis, "__log", log);
  const namespace = (await load()) as Record<string, unknown>;
  const value = Object.keys(namespace).map((name) => {
    try {
      return [
        name,
        typeof namespace[name] === "function" ? `function ${namespace[name].name}` : typeof namespace[name],
      ];
    } catch (error) {
      return [name, error instanceof Error ? error.name : ""];
    }
  });
  return { log, value };
}

async function compare(given: readonly ModulePlan[]): Promise<void> {
  const texts = Object.fromEntries(given.map((plan, index) => [`m${index}.ts`, source(index, plan, given)]));
  texts["m0.ts"] += fromPackages;
  for (const [name, text] of Object.entries(packages)) texts[`node_modules/${name}`] = text;
  const project = new Project(texts);
  try {
    const plain = path.join(project.folder, "plain");
    mkdirSync(plain);
    writeFileSync(path.join(plain, "package.json"), '{ "type": "module" }');
    cpSync(path.join(project.folder, "node_modules"), path.join(plain, "node_modules"), { recursive: true });
    for (const [name, text] of Object.entries(texts)) {
      if (!/^m\d+\.ts$/.test(name)) continue;
      const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
      const { outputText } = ts.transpileModule(text, { fileName: name, compilerOptions });
      writeFileSync(path.join(plain, name.replace(".ts", ".js")), outputText);
    }
    const expected = await logged(() => import(pathToFileURL(path.join(plain, "m0.js")).href));
    const found = await logged(() => project.import("./m0.ts"));
    expect(found.log).to.deep.equal(expected.log);
    expect(found.value).to.deep.equal(expected.value);
  } finally {
    project.close();
  }
}

describe("generated projects", function () {
  // Each is compiled twice, and loaded by plain Node too.
  this.timeout(process.env.NORMLAB_FULL === "1" ? 0 : 120_000);

  it("see the same as in plain Node, circles, re-exports and packages included", async () => {
    await fc.assert(fc.asyncProperty(plans, compare), {
      numRuns: process.env.NORMLAB_FULL === "1" ? 2000 : 30,
    });
  });
});
