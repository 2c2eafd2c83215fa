// What the kernel offers to modules, normlab's own first: globalThis[Symbol.for("normlab.kernel")].
// Modules find it there and never import the kernel.
import { checkBundle, type MimeBundle } from "../display/bundle.js";
import { type Cell, currentCell } from "./cell.js";

export interface KernelBridge {
  display(
    bundle: MimeBundle | Promise<MimeBundle>,
    options?: { id?: string; metadata?: Record<string, unknown> },
  ): void;
  update(
    id: string,
    bundle: MimeBundle | Promise<MimeBundle>,
    options?: { metadata?: Record<string, unknown> },
  ): void;
  clear(options?: { wait?: boolean }): void;
  /** Of the cell that asks; aborted when it is interrupted. */
  readonly signal: AbortSignal;
  input(prompt?: string, options?: { password?: boolean }): Promise<string>;
}

export interface BridgeHost {
  /** Shows an error in a cell without ending it. */
  showError(cell: Cell, error: unknown): void;
  input(cell: Cell, prompt: string, password: boolean): Promise<string>;
}

export function installBridge(host: BridgeHost): void {
  const publish = (
    type: "display_data" | "update_display_data",
    bundle: MimeBundle | Promise<MimeBundle>,
    id: string | undefined,
    metadata: Record<string, unknown> = {},
  ) => {
    const { cell, output } = theCell();
    const send = (ready: MimeBundle) => {
      const data = checkBundle(ready, "display");
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
    clear: ({ wait = false } = {}) => theCell().output.publish("clear_output", { wait }),
    get signal() {
      return theCell().cell.abort.signal;
    },
    input: (prompt = "", { password = false } = {}) => host.input(theCell().cell, prompt, password),
  };
  Object.defineProperty(globalThis, Symbol.for("normlab.kernel"), { value: Object.freeze(bridge) });
}

function theCell(): { cell: Cell; output: Cell["output"] } {
  const cell = currentCell();
  if (cell === undefined) throw new Error("no cell has been run yet");
  return { cell, output: cell.output };
}
