import { jupyterDisplay, type MimeBundle } from "../base/kernel.js";

/** The method by which Node prints a value in a console. */
const consoleInspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** A value with a finished text face and HTML face: tables, claims, results of checks. */
export class Rendered {
  readonly #bundle: MimeBundle & { "text/plain": string };

  constructor(bundle: MimeBundle & { "text/plain": string }) {
    this.#bundle = bundle;
  }

  [jupyterDisplay](): MimeBundle {
    return { ...this.#bundle };
  }

  [consoleInspect](): string {
    return this.toString();
  }

  toString(): string {
    return this.#bundle["text/plain"];
  }
}
