/** A place in a notebook's outputs whose content can be replaced: the same for normlab's kernel and for stock tslab. */
import { randomUUID } from "node:crypto";
import { type MimeBundle, runningKernel } from "./kernel.js";
import { newStockDisplay } from "./stock-tslab.js";

/** Shows the bundle at the place, in stead of what the call before showed there. */
export type Output = (bundle: MimeBundle | Promise<MimeBundle>) => void;

/** Stock tslab sends one MIME type an output: the first of these that the bundle has. */
const richestFirst = ["image/svg+xml", "text/html", "text/markdown", "text/latex", "text/plain"];

/**
 * A new place in the outputs of the running cell, or undefined outside a kernel.
 * @param id names the place; ids are transient, no notebook file keeps them, so that a random one does no harm
 */
export function newOutput(id: string = randomUUID()): Output | undefined {
  const kernel = runningKernel();
  if (kernel !== undefined) {
    let shown = false;
    return (bundle) => {
      if (shown) kernel.update(id, bundle);
      else kernel.display(bundle, { id });
      shown = true;
    };
  }
  const stock = newStockDisplay();
  if (stock === undefined) return undefined;
  return (bundle) => {
    const send = (ready: MimeBundle) => {
      const type = richestFirst.find((candidate) => typeof ready[candidate] === "string");
      if (type !== undefined) stock.raw(type, ready[type] as string);
    };
    // Stock tslab closes a cell without waiting: a bundle that comes later is shown if the cell still runs.
    if (bundle instanceof Promise) bundle.then(send, (error) => send({ "text/plain": String(error) }));
    else send(bundle);
  };
}
