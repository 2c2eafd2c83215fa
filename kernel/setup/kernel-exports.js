// Writes the TypeScript declarations of what the WebAssembly kernels export from their AssemblyScript: names, arguments and
// types stand in one place. A pointer or a size is a number, a bool too (0 or 1).
import { readFileSync } from "node:fs";
import { join } from "node:path";

const heading =
  "/** The functions of the WebAssembly module (assembly/index.ts), written from them by `npm run build`: pointers are byte offsets. */\n";

/** @returns the text of exports.ts */
export function kernelExports(folder) {
  const members = exportedNames(folder).map(({ name, file }) => {
    const source = readFileSync(join(folder, `${file}.ts`), "utf8");
    const found = new RegExp(
      String.raw`(/\*\*(?:(?!\*/)[\s\S])*\*/\n)?(?:@inline\n)?export function ${name}\(([^)]*)\): (\w+) \{`,
    ).exec(source);
    if (!found) throw new Error(`${file}.ts has no function ${name} that index.ts could export.`);
    const [, comment = "", parameters, result] = found;
    return `${comment}${name}(${parametersOf(parameters)}): ${typeOf(result)};`;
  });
  return `${heading}export interface KernelExports {\n${indent(members.join("\n"))}\n}\n`;
}

/** The names that index.ts exports, and the file of each. */
function exportedNames(folder) {
  const index = readFileSync(join(folder, "index.ts"), "utf8");
  return Array.from(index.matchAll(/export \{([^}]*)\} from "\.\/([\w-]+)";/g)).flatMap(([, names, file]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
      .map((name) => ({ name, file })),
  );
}

function parametersOf(text) {
  return text
    .split(",")
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter !== "")
    .map((parameter) => {
      const [name, type] = parameter.split(": ");
      return `${name}: ${typeOf(type)}`;
    })
    .join(", ");
}

function typeOf(type) {
  if (type === "void") return "void";
  return type === "bool" ? "boolean" : "number";
}

function indent(text) {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : `  ${line}`))
    .join("\n");
}
