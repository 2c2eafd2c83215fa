// Writes the TypeScript declarations of what the WebAssembly kernels export from their AssemblyScript: names, arguments,
// descriptors and types stand in one place. A pointer or a size is a number, a bool too (0 or 1).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const heading = `/** The functions of the WebAssembly module (assembly/index.ts), written from them by \`npm run build\`: pointers are byte offsets. */
import { type At, Layout } from "./descriptor.js";
`;

const comment = String.raw`(/\*\*(?:(?!\*/)[\s\S])*\*/\n)?`;

/** By the types of assembly/fields.ts: what descriptor.ts calls them. */
const kinds = new Map(
  Object.entries({
    Input: "input",
    Output: "output",
    InPlace: "inPlace",
    Scratch: "scratch",
    Flag: "flag",
    i32: "i32",
    f32: "f32",
    f64: "f64",
  }),
);

/** @returns the text of exports.ts */
export function kernelExports(folder) {
  const sources = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => [name.slice(0, -".ts".length), readFileSync(join(folder, name), "utf8")]),
  );
  const descriptors = descriptorsOf(sources);
  const members = exportedNames(sources.get("index")).map(({ name, file }) => {
    const found = new RegExp(
      String.raw`${comment}(?:@inline\n)?export function ${name}\(([^)]*)\): (\w+) \{`,
    ).exec(sources.get(file));
    if (!found) throw new Error(`${file}.ts has no function ${name} that index.ts could export.`);
    const [, text = "", parameters, result] = found;
    return `${text}${name}(${parametersOf(parameters, descriptors)}): ${typeOf(result, descriptors)};`;
  });
  const layouts = Array.from(descriptors.values(), ({ text }) => text);
  return `${heading}\n${layouts.join("\n")}\nexport interface KernelExports {\n${indent(members.join("\n"))}\n}\n`;
}

/** The names that index.ts exports, and the file of each. */
function exportedNames(index) {
  return Array.from(index.matchAll(/export \{([^}]*)\} from "\.\/([\w-]+)";/g)).flatMap(([, names, file]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
      .map((name) => ({ name, file })),
  );
}

/** The exported classes whose fields are all of fields.ts's types, as layouts. */
function descriptorsOf(sources) {
  const classes = new RegExp(String.raw`${comment}@unmanaged\nexport class (\w+) \{\n([\s\S]*?)\n\}`, "g");
  const found = [...sources].flatMap(([file, source]) =>
    Array.from(source.matchAll(classes), ([, text = "", name, body]) => ({ file, text, name, body })),
  );
  return new Map(
    found.map(({ file, text, name, body }) => {
      const fields = body.replace(/(\w+): (\w+);/g, (_, field, type) => {
        if (!kinds.has(type))
          throw new Error(`${file}.ts: ${name}.${field} is a ${type}, which fields.ts has not.`);
        return `${field}: "${kinds.get(type)}",`;
      });
      return [name, { text: `${text}export const ${name} = new Layout({\n${fields}\n});\n` }];
    }),
  );
}

function parametersOf(text, descriptors) {
  return text
    .split(",")
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter !== "")
    .map((parameter) => {
      const [name, type] = parameter.split(": ");
      return `${name}: ${typeOf(type, descriptors)}`;
    })
    .join(", ");
}

function typeOf(type, descriptors) {
  if (type === "void") return "void";
  if (descriptors.has(type)) return `At<typeof ${type}>`;
  return type === "bool" ? "boolean" : "number";
}

function indent(text) {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : `  ${line}`))
    .join("\n");
}
