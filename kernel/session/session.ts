// Answers requests: cells one after the other, everything else at once, also while a cell waits for something.
import timers from "node:timers";
import { types } from "node:util";
import { type MimeBundle, type Shown, showValue } from "../display/bundle.js";
import type { Evaluator } from "../evaluate/evaluator.js";
import { installStop } from "../evaluate/loop-check.js";
import type { Content } from "../wire/message.js";
import type { Request, Wire } from "../wire/wire.js";
import { type BridgeHost, installBridge } from "./bridge.js";
import { Cell, currentCell, type ErrorDescription, runIn } from "./cell.js";
import { History } from "./history.js";
import { codePointOffset, utf16Offset } from "./offsets.js";

// Captured here, since cells see replaced timers.
const { setImmediate, setTimeout } = timers;

/** A cell that leaves timers behind is answered so much later (ms), so that those that are due still count. */
const timerTime = 20;

interface Outcome {
  readonly error?: ErrorDescription;
  /** Whether the error has been shown already. */
  readonly shown?: boolean;
  readonly userExpressions: Content;
}

export class Session implements BridgeHost {
  readonly #wire: Wire;
  readonly #evaluator: Evaluator;
  readonly #history = new History();
  readonly #waiting: Request[] = [];
  readonly #inputs: { cell: Cell; resolve: (line: string) => void; reject: (reason: unknown) => void }[] = [];
  #count = 0;
  #lateFault: ErrorDescription | undefined;
  #running: Cell | undefined;
  #loop = false;
  /** Cells that were read before this time are not run, since one before them failed. */
  #abortBefore = 0;

  constructor(wire: Wire, evaluator: Evaluator) {
    this.#wire = wire;
    this.#evaluator = evaluator;
    installBridge(this);
    installStop(wire.stopRequested, evaluator.interrupt);
    process.on("unhandledRejection", (reason) => this.#fault(reason));
    process.on("uncaughtException", (error) => this.#fault(error));
  }

  request(request: Request): void {
    const type = request.message.header.msg_type;
    if (type === "execute_request") {
      this.#waiting.push(request);
      if (!this.#loop) void this.#runAll();
      return;
    }
    const handler = this.#handlers[type];
    if (handler === undefined) {
      this.#wire.fault(`no answer is known for ${type}`);
      return;
    }
    try {
      handler(request.message.content, request);
    } catch (error) {
      const described = this.#describe(error);
      this.#wire.fault(`${type}: ${described.ename}: ${described.evalue}`);
      const replyType = type.replace(/_request$/, "_reply");
      if (replyType !== type) this.#wire.answer(request, replyType, { status: "error", ...described });
    }
  }

  readonly #handlers: Record<string, (content: Content, request: Request) => void> = {
    is_complete_request: (content, request) =>
      this.#wire.answer(request, "is_complete_reply", { ...this.#evaluator.isComplete(text(content.code)) }),
    complete_request: (content, request) => {
      const code = text(content.code);
      const found = this.#evaluator.complete(code, utf16Offset(code, content.cursor_pos));
      this.#wire.answer(request, "complete_reply", {
        status: "ok",
        matches: found.matches,
        cursor_start: codePointOffset(code, found.start),
        cursor_end: codePointOffset(code, found.end),
        metadata: found.metadata ?? {},
      });
    },
    inspect_request: (content, request) => {
      const code = text(content.code);
      const detail = content.detail_level === 1 ? 1 : 0;
      const found = this.#evaluator.inspect(code, utf16Offset(code, content.cursor_pos), detail);
      this.#wire.answer(request, "inspect_reply", { status: "ok", metadata: {}, ...found });
    },
    history_request: (content, request) =>
      this.#wire.answer(request, "history_reply", { status: "ok", history: this.#history.answer(content) }),
    // No target can be opened yet (no widgets): the client is told so by comm_close, as the protocol asks.
    comm_info_request: (_content, request) =>
      this.#wire.answer(request, "comm_info_reply", { status: "ok", comms: {} }),
    comm_open: ({ comm_id, target_name }, request) => {
      const reason = `this kernel has no comm target named ${String(target_name)}`;
      this.#wire.publishFor(request, "comm_close", { comm_id, data: { reason } });
    },
    input_reply: (content) => this.#inputs.shift()?.resolve(text(content.value)),
    // Every comm was closed when it was opened: what still comes for one is late.
    comm_msg: () => {},
    comm_close: () => {},
  };

  /** An interrupt came in: the running cell ends, by itself or without its help. */
  interrupt(): void {
    const cell = this.#running;
    if (cell === undefined || cell.interrupted) return;
    const { interrupt } = this.#evaluator;
    this.#evaluator.stop(cell.number);
    cell.interrupt(interrupt);
    for (const input of this.#inputs.splice(0)) input.reject(interrupt);
  }

  async #runAll(): Promise<void> {
    this.#loop = true;
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift()) {
      const { header } = request.message;
      this.#wire.startCell(header);
      if (request.read <= this.#abortBefore) {
        this.#wire.reply(request, "execute_reply", { status: "aborted", execution_count: this.#count });
      } else {
        await this.#run(request);
      }
      this.#wire.endCell(header);
    }
    this.#loop = false;
  }

  async #run(request: Request): Promise<void> {
    const { content, header } = request.message;
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) this.#count++;
    const cell = new Cell(this.#count, request, this.#wire);
    this.#running = cell;
    if (!silent) {
      this.#wire.publish("execute_input", { code: text(content.code), execution_count: this.#count }, header);
    }
    const outcome = await this.#outcome(cell, content, silent, stored);
    const { error } = outcome;
    if (error !== undefined && !silent && !outcome.shown) cell.output.publish("error", { ...error });
    cell.output.flush();
    cell.replied = true;
    this.#running = undefined;
    const metadata = { started: header.date };
    const reply = { execution_count: this.#count, payload: [], user_expressions: outcome.userExpressions };
    if (error === undefined) {
      this.#wire.reply(request, "execute_reply", { status: "ok", ...reply }, metadata);
      return;
    }
    if (!silent && content.stop_on_error !== false) {
      // Reads what came in while the cell had the main thread: what was sent before the reply is not to run.
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
      this.#abortBefore = performance.now();
    }
    this.#wire.reply(request, "execute_reply", { status: "error", ...reply, ...error }, metadata);
  }

  /** Runs a cell to its end and shows its result. Never rejects. */
  async #outcome(cell: Cell, content: Content, silent: boolean, stored: boolean): Promise<Outcome> {
    const code = text(content.code);
    const timersBefore = countTimers();
    let userExpressions: Content = {};
    try {
      const evaluate = async () => {
        const { hasValue, value } = await this.#evaluator.evaluate(code, { number: cell.number, silent });
        await this.#turn(timersBefore);
        if (this.#lateFault !== undefined) this.#failWith(cell, this.#lateFault);
        this.#lateFault = undefined;
        await cell.output.settled();
        const shown = hasValue && value !== undefined && !silent ? await this.#showResult(cell, value) : null;
        if (stored) this.#history.add(cell.number, code, shown);
        if (cell.fault === undefined) userExpressions = await this.#userExpressions(content.user_expressions);
      };
      await Promise.race([runIn(cell, evaluate), cell.givenUp]);
      // What a cell that was interrupted returns all the same is not what it was asked for.
      if (cell.interrupted) throw this.#evaluator.interrupt;
      return { error: cell.fault, shown: cell.fault !== undefined, userExpressions };
    } catch (thrown) {
      if (stored) this.#history.add(cell.number, code, null);
      cell.output.abandon();
      return {
        error: this.#describe(cell.interrupted ? this.#evaluator.interrupt : thrown),
        userExpressions: {},
      };
    }
  }

  /** Lets the event loop turn, so that rejections and timers that are due by now count for this cell. */
  #turn(timersBefore: number): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => (countTimers() > timersBefore ? setTimeout(resolve, timerTime) : resolve()));
    });
  }

  /** Shows the value of a cell; gives its plain text. */
  async #showResult(cell: Cell, value: unknown): Promise<string | null> {
    const { bundle, thrown } = await this.#show(value);
    if (thrown !== undefined) this.#printError(cell, thrown.error);
    if (Object.keys(bundle).length > 0)
      cell.output.publish("execute_result", { execution_count: cell.number, data: bundle, metadata: {} });
    const plain = bundle["text/plain"];
    return typeof plain === "string" ? plain : null;
  }

  #show(value: unknown): Promise<Shown> {
    return showValue(value, (error) => withoutColours(this.#describe(error).traceback.join("\n")));
  }

  async #userExpressions(asked: unknown): Promise<Content> {
    const answers: Content = {};
    if (typeof asked !== "object" || asked === null) return answers;
    for (const [name, code] of Object.entries(asked)) {
      try {
        const value = await this.#evaluator.expression(text(code));
        const { bundle, thrown } = await this.#show(value);
        if (thrown !== undefined) throw thrown.error;
        answers[name] = { status: "ok", data: bundle satisfies MimeBundle, metadata: {} };
      } catch (error) {
        answers[name] = { status: "error", ...this.#describe(error) };
      }
    }
    return answers;
  }

  /** Shows an error of a cell that goes on. */
  showError(cell: Cell, error: unknown): void {
    this.#failWith(cell, this.#describe(error));
  }

  /** Shows an error of something in a cell's output that has a replacement. */
  #printError(cell: Cell, error: unknown): void {
    cell.output.write("stderr", `${this.#describe(error).traceback.join("\n")}\n`);
  }

  /** An error that nobody caught, from a timer, an event or a promise. */
  #fault(error: unknown): void {
    const cell = currentCell();
    if (cell === undefined) {
      const { ename, evalue, traceback } = this.#describe(error);
      this.#wire.fault(`${ename}: ${evalue}\n${withoutColours(traceback.join("\n"))}`);
      return;
    }
    // What an interrupt leaves behind is not an error of its own.
    if (cell.interrupted && isAbort(error, this.#evaluator.interrupt)) return;
    const described = this.#describe(error);
    this.#failWith(cell, described);
    if (cell.replied) this.#reportLate(cell, described);
  }

  /**
   * A client that takes no input, such as nbconvert, has nobody who sees an error in a cell that has ended, and looks
   * at replies only: there the cell that runs now fails as well, or the next one.
   */
  #reportLate(cell: Cell, fault: ErrorDescription): void {
    if (cell.request.message.content.allow_stdin === true) return;
    const late = { ...fault, evalue: `${fault.evalue} (in Cell [${cell.number}], after its end)` };
    if (this.#running === undefined) this.#lateFault ??= late;
    else this.#failWith(this.#running, late);
  }

  #failWith(cell: Cell, fault: ErrorDescription): void {
    cell.fault ??= fault;
    cell.output.publish("error", { ...fault });
  }

  /** The error's description; never an error of its own, whatever was thrown. */
  #describe(error: unknown): ErrorDescription {
    try {
      return this.#evaluator.describe(error);
    } catch (failure) {
      const reason = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
      this.#wire.fault(`an error could not be described: ${reason}`);
      const name = types.isNativeError(error) ? error.name : "Error";
      return { ename: String(name), evalue: "an error that cannot be described", traceback: [String(name)] };
    }
  }

  input(cell: Cell, prompt: string, password: boolean): Promise<string> {
    if (cell.request.message.content.allow_stdin !== true) {
      const message = "this client cannot be asked for input (nbconvert cannot, for one)";
      return Promise.reject(Object.assign(new Error(message), { name: "StdinNotAvailableError" }));
    }
    cell.output.flush();
    return new Promise((resolve, reject) => {
      this.#inputs.push({ cell, resolve, reject });
      this.#wire.requestInput(cell.request, prompt, password);
    });
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

function isAbort(error: unknown, interrupt: unknown): boolean {
  return error === interrupt || (types.isNativeError(error) && error.name === "AbortError");
}

function withoutColours(styled: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what ANSI colours start with
  return styled.replace(/\u001b\[[0-9;]*m/g, "");
}
