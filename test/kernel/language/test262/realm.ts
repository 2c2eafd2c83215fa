// A realm with test262's harness in it, and the same test in it as a module of plain Node.
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as vm from "node:vm";
import type { LanguageTest } from "./suite.js";

const scripts = new Map<string, vm.Script>();

function harness(root: string, name: string): vm.Script {
  let script = scripts.get(name);
  if (!script) {
    const file = path.join(root, "harness", name);
    script = new vm.Script(readFileSync(file, "utf8"), { filename: file });
    scripts.set(name, script);
  }
  return script;
}

export interface Realm {
  context: vm.Context;
  /** Resolves with what an async test says at its end. */
  done: Promise<string>;
}

export function createRealm(root: string, { includes, isAsync }: LanguageTest): Realm {
  const said = deferred<string>();
  const context = vm.createContext({ print: (text: unknown) => said.resolve(String(text)) });
  const evalScript = (code: string) => vm.runInContext(code, context);
  vm.runInContext(
    "(hooks) => { globalThis.$262 = { global: globalThis, ...hooks } }",
    context,
  )({
    evalScript,
    gc: () => {},
    detachArrayBuffer: (buffer: ArrayBuffer) => structuredClone(buffer, { transfer: [buffer] }),
  });
  const names = ["assert.js", "sta.js", ...(isAsync ? ["doneprintHandle.js"] : []), ...includes];
  for (const name of new Set(names)) harness(root, name).runInContext(context);
  return { context, done: said.promise };
}

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** What an async test says when all went well. */
export const complete = "Test262:AsyncTestComplete";

/** Runs a test as a module of plain Node; rejects when it fails. */
export async function runAsModule(root: string, test: LanguageTest): Promise<void> {
  const { context, done } = createRealm(root, test);
  const modules = new Map<string, vm.Module>();
  const load = async (specifier: string, from: string): Promise<vm.Module> => {
    const file = path.resolve(path.dirname(from), specifier);
    const known = modules.get(file);
    if (known) return known;
    if (file.endsWith(".json")) {
      const value = JSON.parse(readFileSync(file, "utf8"));
      const json = new vm.SyntheticModule(["default"], () => json.setExport("default", value), { context });
      modules.set(file, json);
      return json;
    }
    return create(file, readFileSync(file, "utf8"));
  };
  const create = (file: string, text: string): vm.SourceTextModule => {
    const module = new vm.SourceTextModule(text, {
      context,
      identifier: file,
      initializeImportMeta: (meta) => {
        meta.url = pathToFileURL(file).href;
      },
      importModuleDynamically: async (specifier) => {
        const imported = await load(specifier, file);
        await link(imported);
        await imported.evaluate();
        return imported;
      },
    });
    modules.set(file, module);
    return module;
  };
  const link = async (module: vm.Module): Promise<void> => {
    if (module.status === "unlinked")
      await module.link((specifier, from) => load(specifier, from.identifier));
  };
  const module = create(path.join(root, test.file), test.text);
  await link(module);
  await module.evaluate();
  await finished(test, done);
}

/** Rejects when an async test says that it failed. */
export async function finished({ isAsync }: LanguageTest, done: Promise<string>): Promise<void> {
  if (!isAsync) return;
  const said = await done;
  if (said !== complete) throw new Error(said);
}
