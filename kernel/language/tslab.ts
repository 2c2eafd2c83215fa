// The module that `import * as tslab from "tslab"` gives in a cell: tslab's display functions, shown by this kernel. Its
// types are tslab's own (Platform.provided). It meets the kernel where normlab's module does, so it needs no page or Node.
import { ts } from "./typescript.js";

interface Shower {
  display(bundle: Record<string, unknown>, options?: { id?: string }): void;
  update(id: string, bundle: Record<string, unknown>): void;
}

/** The version of tslab whose module this is. */
const tslabVersion = "1.0.22";

const types = {
  javascript: "text/javascript",
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
  text: "text/plain",
} as const;

type Content = string | Uint8Array;
type Display = Record<keyof typeof types, (content: Content) => void> & {
  raw(contentType: string, content: Content): void;
};

function shower(): Shower {
  const kernel: unknown = Reflect.get(globalThis, Symbol.for("normlab.kernel"));
  if (typeof kernel !== "object" || kernel === null)
    throw new Error("tslab's display functions show something in a cell of a notebook; no notebook is here.");
  return kernel as Shower;
}

function displayWith(show: (bundle: Record<string, unknown>) => void): Display {
  const raw = (contentType: string, content: Content) => {
    if (typeof contentType !== "string" || !contentType.includes("/"))
      throw new TypeError(`${String(contentType)} is no MIME type such as "text/html"`);
    show({ [contentType]: content });
  };
  const functions = Object.entries(types).map(
    ([name, type]) => [name, (content: Content) => raw(type, content)] as const,
  );
  return { ...Object.fromEntries(functions), raw } as Display;
}

let displays = 0;

/** `runtime` is the version of what runs the cells: process.version. */
export function createTslab(runtime: string): object {
  const node = runtime;
  return {
    __esModule: true,
    versions: { tslab: tslabVersion, typescript: ts.version, node },
    display: displayWith((bundle) => shower().display(bundle)),
    newDisplay: () => {
      const id = `tslab-${++displays}`;
      let isShown = false;
      return displayWith((bundle) => {
        if (isShown) shower().update(id, bundle);
        else shower().display(bundle, { id });
        isShown = true;
      });
    },
  };
}
