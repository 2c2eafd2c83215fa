// What test262 says of its own tests: https://github.com/tc39/test262/blob/main/INTERPRETING.md.
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

export interface LanguageTest {
  /** Below test262's folder, with forward slashes. */
  file: string;
  text: string;
  includes: string[];
  isAsync: boolean;
}

/** Kinds of tests that say nothing of cells, each with its reason. */
const aside: readonly [string, (front: FrontMatter) => boolean][] = [
  ["has to be refused (negative)", ({ isNegative }) => isNegative],
  ["not strict (noStrict)", ({ flags }) => flags.includes("noStrict")],
  ["no harness around it (raw)", ({ flags }) => flags.includes("raw")],
  ["several realms (cross-realm)", ({ features }) => features.includes("cross-realm")],
];

interface FrontMatter {
  flags: string[];
  includes: string[];
  features: string[];
  isNegative: boolean;
}

/** The tests' YAML is of one simple form: `key: [a, b]`, or `key:` with a dash before each value. */
function frontMatter(text: string): FrontMatter {
  const [, yaml = ""] = /\/\*---([\s\S]*?)---\*\//.exec(text) ?? [];
  const list = (key: string): string[] => {
    const inline = new RegExp(`^[ \\t]*${key}:[ \\t]*\\[([^\\]]*)\\]`, "m").exec(yaml);
    const block = new RegExp(`^[ \\t]*${key}:[ \\t]*\\r?\\n((?:[ \\t]*- .*\\r?\\n?)+)`, "m").exec(yaml);
    const values = inline ? inline[1].split(",") : (block?.[1].split("\n") ?? []);
    return values.map((value) => value.replace(/^\s*- /, "").trim()).filter((value) => value !== "");
  };
  return {
    flags: list("flags"),
    includes: list("includes"),
    features: list("features"),
    isNegative: /^\s*negative:/m.test(yaml),
  };
}

export interface Suite {
  root: string;
  tests: LanguageTest[];
  /** How many are left aside, by reason. */
  aside: Record<string, number>;
}

/** All tests below `folder`, a folder of test262 or test262 itself, whose language tests are meant then. */
export function languageTests(root: string, below: string): Suite {
  const suite: Suite = { root, tests: [], aside: {} };
  const walk = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(file);
      else if (entry.name.endsWith(".js") && !entry.name.includes("_FIXTURE")) add(file);
    }
  };
  const add = (file: string): void => {
    const text = readFileSync(file, "utf8");
    const front = frontMatter(text);
    const reason = aside.find(([, applies]) => applies(front));
    if (reason) {
      suite.aside[reason[0]] = (suite.aside[reason[0]] ?? 0) + 1;
      return;
    }
    suite.tests.push({
      file: path.relative(root, file).split(path.sep).join("/"),
      text,
      includes: front.includes,
      isAsync: front.flags.includes("async"),
    });
  };
  walk(below);
  return suite;
}
