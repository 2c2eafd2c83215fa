// kernel_info_reply: what the kernel says of itself, on every host.
import { type Content, protocolVersion } from "./transport.js";

export interface Versions {
  /** Of this package. */
  readonly normlab: string;
  readonly typescript: string;
  /** What runs the cells: "Node.js 22.3.0", "a browser". */
  readonly runtime: string;
}

export function kernelInfo({ normlab, typescript, runtime }: Versions): Content {
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "normlab",
    implementation_version: normlab,
    banner: `normlab ${normlab}: TypeScript ${typescript} on ${runtime}`,
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
