// Writes the declarations of an experiment's spec from its schema (src/experiments/spec.ts): plain types with the schema's
// words and defaults. What tsc writes there leads to zod's types, which TypeScript 5.0 to 5.3 cannot read.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeAtomically } from "./files.js";
import { root } from "./paths.js";

const compiled = join(root, "dist", "src", "experiments", "spec.js");

/** The types by the schema's name. Those that come later are made of the ones before. */
const TYPES = {
  Part: "part",
  TrainablePart: "trainablePart",
  DataSpec: "data",
  BatchNormSpec: "batchNorm",
  NetworkSpec: "network",
  OptimizerSpec: "optimizer",
  ScheduleSpec: "schedule",
  ProbeSpec: "probe",
  FinalEvaluationSpec: "finalEvaluation",
  ExperimentSpec: "spec",
};

async function specTypes() {
  const module = await import(pathToFileURL(compiled).href);
  const names = new Map();
  const types = Object.entries(TYPES).map(([name, schema]) => {
    const type = typeOf(module[schema], { names, words: module.words, filled: false }, "");
    names.set(module[schema], name);
    return `${comment(module.words.get(module[schema])?.text ?? "", "")}export type ${name} = ${type};\n`;
  });
  const checked = typeOf(module.spec, { names: new Map(), words: module.words, filled: true }, "");
  return [
    "/** Made from the schema in src/experiments/spec.ts. */",
    ...types,
    `/** A spec with its defaults filled in. */\nexport type CheckedSpec = ${checked};\n`,
  ].join("\n");
}

export async function writeSpecTypes() {
  writeAtomically(compiled.replace(/\.js$/, ".d.ts"), await specTypes());
}

/** TypeScript for what a schema takes or, `filled`, for what it gives. */
function typeOf(schema, context, indent) {
  const { names, words, filled } = context;
  const name = names.get(schema);
  if (name !== undefined) return name;
  const { def } = schema._zod;
  const inner = (type) => typeOf(type, { ...context, lacking: undefined }, indent);
  switch (def.type) {
    case "string":
    case "number":
    case "boolean":
      return def.type;
    case "literal":
      return def.values.map((value) => JSON.stringify(value)).join(" | ");
    case "enum":
      return Object.values(def.entries)
        .map((value) => JSON.stringify(value))
        .join(" | ");
    case "union":
      return def.options
        .map((option) => typeOf(option, { ...context, lacking: lackingKeys(option, def.options) }, indent))
        .join(" | ");
    case "nullable":
      return `${inner(def.innerType)} | null`;
    case "optional":
    case "default":
    case "prefault":
      return inner(def.innerType);
    case "readonly":
      return `readonly ${inner(def.innerType)}`;
    case "array": {
      const element = inner(def.element);
      return / [|&] /.test(element) ? `(${element})[]` : `${element}[]`;
    }
    case "object": {
      const keys = Object.entries(def.shape).map(([key, type]) => {
        const { def: own } = type._zod;
        const isOptional = (filled ? ["optional"] : ["optional", "default", "prefault"]).includes(own.type);
        const usual = own.type === "default" ? `(${JSON.stringify(own.defaultValue)})` : "";
        // What a type of its own means stands there.
        const said = names.has(type) ? "" : (words.get(type)?.text ?? "");
        const text = [said, usual].filter((part) => part !== "").join(" ");
        const deeper = `${indent}  `;
        return `${comment(text, deeper)}${deeper}${key}${isOptional ? "?" : ""}: ${typeOf(type, { ...context, lacking: undefined }, deeper)};`;
      });
      const lacks = (context.lacking ?? []).map((key) => `${indent}  ${key}?: undefined;`);
      return `{\n${[...keys, ...lacks].join("\n")}\n${indent}}`;
    }
  }
  throw new Error(`kernel/setup/spec-types.js knows no schema of the kind "${def.type}": teach it.`);
}

/**
 * Where an alternative need not say its kind, a reader can't tell by it which of them a value is: `network.hidden` may be read
 * of all, and is undefined in those that have none. The keys that others have and this one lacks.
 */
function lackingKeys(option, options) {
  const shapes = options.map((each) => each._zod.def.shape);
  if (!shapes.some((shape) => shape?.kind?._zod.def.type === "optional")) return [];
  const all = new Set(shapes.flatMap((shape) => Object.keys(shape ?? {})));
  return Array.from(all).filter((key) => !(key in option._zod.def.shape));
}

function comment(text, indent) {
  if (text === "") return "";
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line !== "" && `${indent} * ${line} ${word}`.length > 110) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  if (lines.length === 1) return `${indent}/** ${text} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}
