// What the kernel offers to modules, normlab's own first: globalThis[Symbol.for("normlab.kernel")].
// Modules find it there and never import the kernel. And `display`, which cells use without an import.
import { checkBundle, type MimeBundle } from "../display/bundle.js";
import type { Inspect } from "../display/text.js";
import type { Cell } from "./cell.js";
import type { ReaderFiles } from "./host.js";

type Bundle = MimeBundle | Promise<MimeBundle>;

export interface KernelBridge {
  display(bundle: Bundle, options?: { id?: string; metadata?: Record<string, unknown> }): void;
  update(id: string, bundle: Bundle, options?: { metadata?: Record<string, unknown> }): void;
  clear(options?: { wait?: boolean }): void;
  /** Of the cell that asks; aborted when it is interrupted. */
  readonly signal: AbortSignal;
  input(prompt?: string, options?: { password?: boolean }): Promise<string>;
  /** The reader's files, where modules do not reach them by themselves. */
  readonly files?: ReaderFiles;
}

export interface BridgeHost {
  readonly files?: ReaderFiles;
  /** The cell that the running code belongs to; the latest when that is not known. */
  readonly cell: Cell | undefined;
  readonly inspect: Inspect;
  /** Shows an error in a cell without ending it. */
  showError(cell: Cell, error: unknown): void;
  /** The bundle of any value, as if it were a cell's result. */
  bundle(value: unknown): Promise<MimeBundle>;
  input(cell: Cell, prompt: string, password: boolean): Promise<string>;
}

/** What cells see of `display`, for the checker. */
export const displayDeclaration = `
/** What \`display\` returns: the shown place, whose content can be replaced. */
interface DisplayHandle {
  /** Shows another value at the same place. */
  update(value: unknown): void;
}
/**
 * Shows a value at this place of the outputs, as if it were the last expression of a cell; \`update\` replaces it there.
 *
 *     const shown = display("training…");
 *     shown.update(table);
 *
 * @param options.id names the place, so that other code can update it; by default a new one
 */
declare function display(value: unknown, options?: { id?: string }): DisplayHandle;
`;

const displaySymbol = Symbol.for("Jupyter.display");
const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");
const bridgeSymbol = Symbol.for("normlab.kernel");

/** Puts both where code finds them; gives what takes them away. */
export function installBridge(host: BridgeHost): () => void {
  const publish = (
    type: "display_data" | "update_display_data",
    bundle: Bundle,
    id: string | undefined,
    metadata: Record<string, unknown> = {},
  ) => {
    const cell = theCell(host);
    const { output } = cell;
    const send = (ready: MimeBundle) => {
      const data = checkBundle(ready, "display", host.inspect);
      output.publish(type, { data, metadata, transient: id === undefined ? {} : { display_id: id } });
    };
    if (!(bundle instanceof Promise)) {
      send(bundle);
      return;
    }
    const fail = (error: unknown) => host.showError(cell, error);
    output.publishLater(
      bundle,
      (ready) => {
        try {
          send(ready);
        } catch (error) {
          fail(error);
        }
      },
      fail,
    );
  };
  const bridge: KernelBridge = {
    display: (bundle, options = {}) => publish("display_data", bundle, options.id, options.metadata),
    update: (id, bundle, options = {}) => publish("update_display_data", bundle, id, options.metadata),
    clear: ({ wait = false } = {}) => theCell(host).output.publish("clear_output", { wait }),
    get signal() {
      return theCell(host).abort.signal;
    },
    input: (prompt = "", { password = false } = {}) => host.input(theCell(host), prompt, password),
    ...(host.files !== undefined && { files: host.files }),
  };

  function display(value: unknown, options: { id?: string } = {}): object {
    const id = options.id ?? crypto.randomUUID();
    bridge.display(host.bundle(value), { id });
    // The handle itself shows nothing when display(…) is a cell's last expression.
    return {
      update: (next: unknown) => bridge.update(id, host.bundle(next)),
      [displaySymbol]: () => ({}),
      [inspectSymbol]: () => "",
    };
  }

  const offered: [string | symbol, unknown][] = [
    [bridgeSymbol, Object.freeze(bridge)],
    ["display", display],
  ];
  for (const [name, value] of offered)
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return () => {
    for (const [name] of offered) Reflect.deleteProperty(globalThis, name);
  };
}

function theCell({ cell }: BridgeHost): Cell {
  if (cell === undefined) throw new Error("no cell has been run yet");
  return cell;
}
