/** A place in a notebook's outputs whose content can be replaced: the same for normlab's kernel and for stock tslab. */
import { host } from "#host";
import { type Kernel, type MimeBundle, runningKernel } from "../base/kernel.js";
import type { StockDisplay } from "../host/host.js";

/** A place in the outputs of a cell. */
export interface Output {
  /** Shows the bundle at the place, in stead of what the call before showed there. */
  show(bundle: MimeBundle | Promise<MimeBundle>): void;
  /** Whether the cell's end waits for a promised bundle. Where it does not, the bundle may come too late to be seen. */
  waits: boolean;
}

/** Stock tslab sends one MIME type an output: the first of these that the bundle has. */
const richestFirst = ["image/svg+xml", "text/html", "text/markdown", "text/latex", "text/plain"];

/**
 * A new place in the outputs of the running cell, or undefined outside a kernel.
 * @param id names the place; ids are transient, no notebook file keeps them, so that a random one does no harm
 */
export function newOutput(id: string = globalThis.crypto.randomUUID()): Output | undefined {
  const kernel = runningKernel();
  if (kernel !== undefined) return kernelOutput(kernel, id);
  const stock = host.newStockDisplay();
  return stock === undefined ? undefined : stockOutput(stock);
}

function kernelOutput(kernel: Kernel, id: string): Output {
  let shown = false;
  const show = (bundle: MimeBundle | Promise<MimeBundle>): void => {
    if (shown) kernel.update(id, bundle);
    else kernel.display(bundle, { id });
    shown = true;
  };
  return { show, waits: true };
}

function stockOutput(stock: StockDisplay): Output {
  const send = (bundle: MimeBundle): void => {
    const type = richestFirst.find((candidate) => typeof bundle[candidate] === "string");
    if (type !== undefined) stock.raw(type, bundle[type] as string);
  };
  const show = (bundle: MimeBundle | Promise<MimeBundle>): void => {
    if (bundle instanceof Promise) bundle.then(send, (error) => send({ "text/plain": String(error) }));
    else send(bundle);
  };
  return { show, waits: false };
}
