// kernel_info_reply: what the kernel says of itself.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Content, protocolVersion } from "../session/transport.js";

export function kernelInfo(packageRoot: string): Content {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  const typescript = typescriptVersion(packageRoot);
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "normlab",
    implementation_version: version,
    banner: `normlab ${version}: TypeScript ${typescript} on Node.js ${process.versions.node}`,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
    ],
    supported_features: [],
    debugger: false,
  };
}

/** Of the package: TypeScript itself is loaded later, and by way of the start-up snapshot. */
function typescriptVersion(packageRoot: string): string {
  const file = createRequire(join(packageRoot, "package.json")).resolve("typescript/package.json");
  return JSON.parse(readFileSync(file, "utf8")).version;
}
