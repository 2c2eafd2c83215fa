/** `display(value)`: shows a value in the middle of a cell, richly in a notebook, as text elsewhere. */
import { host } from "#host";
import { consoleInspect } from "../base/console-inspect.js";
import { checkOptions } from "../base/errors.js";
import { jupyterDisplay, type MimeBundle } from "../base/kernel.js";
import { Figure } from "../figure/figure.js";
import { newOutput } from "./output.js";
import { tableOf } from "./table.js";

/** What `display` returns: the shown place, whose content can be replaced. */
export interface DisplayHandle {
  update(value: unknown): void;
}

/**
 * Shows a value at this place of the outputs; `update` replaces it there.
 *
 *     const shown = display("training…");
 *     shown.update(plot.line([2.3, 1.1, 0.6]));
 *
 * A value with the method `Symbol.for("Jupyter.display")` shows itself (figures, tables, claims, tensors); an array of
 * records, results or rows of numbers becomes a table; text is shown as it is, and anything else as the console shows it. In the stock tslab
 * kernel tslab's own display is used, and outside a notebook the text goes to the standard output.
 *
 * JupyterLab draws a Plotly figure once and ignores its updates: a figure in place of a text shows at once, a figure in
 * place of a figure when the notebook is opened again. For figures that change, use plot.steps().
 *
 * @param options.id names the place, so that other code can update it; by default a new one
 */
export function display(value: unknown, options: { id?: string } = {}): DisplayHandle {
  checkOptions("display", options, ["id"]);
  const output = newOutput(options.id);
  const update = (next: unknown): void => {
    if (output === undefined) console.log(textOf(next));
    else output.show(bundleOf(next, output.waits));
  };
  update(value);
  // The handle itself shows nothing when display(…) is a cell's last expression.
  const handle = { update, [jupyterDisplay]: () => ({}), [consoleInspect]: () => "" };
  return handle;
}

/** A value that tells its own MIME bundle. */
interface Displayable {
  [jupyterDisplay](): MimeBundle | Promise<MimeBundle>;
}

function isDisplayable(value: unknown): value is Displayable {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<Displayable>)[jupyterDisplay] === "function"
  );
}

function bundleOf(value: unknown, waits: boolean): MimeBundle | Promise<MimeBundle> {
  if (value instanceof Figure && !waits) return { "image/svg+xml": value.toSVGSync() };
  if (isDisplayable(value)) return value[jupyterDisplay]();
  const table = tableOf(value);
  if (table !== undefined) return table[jupyterDisplay]();
  return { "text/plain": textOf(value) };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return tableOf(value)?.toString() ?? host.inspect(value);
}
