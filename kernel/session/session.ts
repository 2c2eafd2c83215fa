// Answers requests: cells one after the other, everything else at once, also while a cell waits for something.
import { type MimeBundle, type Shown, showValue } from "../display/bundle.js";
import type { Inspect } from "../display/text.js";
import type { Evaluator } from "../language/evaluator.js";
import { type BridgeHost, installBridge } from "./bridge.js";
import { Cell, type ErrorDescription } from "./cell.js";
import { History } from "./history.js";
import type { ReaderFiles, SessionHost } from "./host.js";
import { codePointOffset, utf16Offset } from "./offsets.js";
import type { Content, Header, Request, StreamName, Transport } from "./transport.js";

/** A cell that leaves timers behind is answered so much later (ms), so that those that are due still count. */
const timerTime = 20;

export interface SessionOptions {
  readonly transport: Transport;
  readonly evaluator: Evaluator;
  readonly host: SessionHost;
  /** kernel_info_reply's content. */
  readonly kernelInfo: Content;
}

interface Outcome {
  readonly error?: ErrorDescription;
  /** Whether the error has been shown already. */
  readonly shown?: boolean;
  readonly userExpressions: Content;
}

interface Input {
  readonly cell: Cell;
  /** The msg_id of the question. */
  readonly question: string;
  readonly resolve: (line: string) => void;
  readonly reject: (reason: unknown) => void;
}

export class Session implements BridgeHost {
  readonly #transport: Transport;
  readonly #evaluator: Evaluator;
  readonly #host: SessionHost;
  readonly #kernelInfo: Content;
  readonly #history = new History();
  readonly #waiting: Request[] = [];
  /** So many of those that wait are not run, since a cell before them failed. */
  #aborted = 0;
  #inputs: Input[] = [];
  #count = 0;
  #lateFault: ErrorDescription | undefined;
  #running: Cell | undefined;
  #latest: Cell | undefined;
  /** The request whose cell runs, told again after another was answered in between. */
  #busyWith: Header | undefined;
  #loop = false;
  #isClosed = false;
  readonly #uninstall: () => void;

  constructor({ transport, evaluator, host, kernelInfo }: SessionOptions) {
    this.#transport = transport;
    this.#evaluator = evaluator;
    this.#host = host;
    this.#kernelInfo = kernelInfo;
    this.#uninstall = installBridge(this);
    host.onFault((error) => this.#fault(error));
  }

  /** Runs nothing any more, and takes away what it has offered to cells. */
  close(): void {
    this.#isClosed = true;
    this.#uninstall();
  }

  get files(): ReaderFiles | undefined {
    return this.#host.readerFiles;
  }

  get inspect(): Inspect {
    return this.#host.inspect;
  }

  get cell(): Cell | undefined {
    const { currentCell } = this.#host;
    return currentCell instanceof Cell ? currentCell : this.#latest;
  }

  /** Text that was printed, by code of the cell that is the current one. */
  print(name: StreamName, text: string): void {
    const { cell } = this;
    if (cell === undefined) this.#transport.fault(text.trimEnd());
    else cell.output.write(name, text);
  }

  request(request: Request): void {
    const { content, header } = request;
    const type = header.msg_type;
    if (type === "execute_request") {
      this.#waiting.push(request);
      if (!this.#loop) void this.#runAll();
      return;
    }
    const handler = this.#handlers[type];
    if (handler !== undefined && !type.endsWith("_request") && type !== "comm_open") {
      handler(content, request);
      return;
    }
    this.#status("busy", header);
    try {
      if (handler === undefined) throw new Error(`this kernel knows no message of the type ${type}`);
      handler(content, request);
    } catch (error) {
      const described = this.#describe(error);
      this.#transport.fault(`${type}: ${described.ename}: ${described.evalue}`);
      const replyType = type.replace(/_request$/, "_reply");
      if (replyType !== type) this.#transport.reply(request, replyType, { status: "error", ...described });
    }
    this.#status("idle", header);
    if (this.#busyWith !== undefined) this.#status("busy", this.#busyWith);
  }

  /** Of messages by type. Those whose names do not end in "_request" have no reply. */
  readonly #handlers: Record<string, (content: Content, request: Request) => void> = {
    kernel_info_request: (_content, request) =>
      this.#transport.reply(request, "kernel_info_reply", this.#kernelInfo),
    is_complete_request: (content, request) =>
      this.#transport.reply(request, "is_complete_reply", {
        ...this.#evaluator.isComplete(text(content.code)),
      }),
    complete_request: (content, request) => {
      const code = text(content.code);
      const found = this.#evaluator.complete(code, utf16Offset(code, content.cursor_pos));
      this.#transport.reply(request, "complete_reply", {
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
      this.#transport.reply(request, "inspect_reply", { status: "ok", metadata: {}, ...found });
    },
    history_request: (content, request) =>
      this.#transport.reply(request, "history_reply", {
        status: "ok",
        history: this.#history.answer(content),
      }),
    // No target can be opened yet (no widgets): the client is told so by comm_close, as the protocol asks.
    comm_info_request: (_content, request) =>
      this.#transport.reply(request, "comm_info_reply", { status: "ok", comms: {} }),
    comm_open: ({ comm_id, target_name }, { header }) => {
      const reason = `this kernel has no comm target named ${String(target_name)}`;
      this.#transport.publish("comm_close", { comm_id, data: { reason } }, header);
    },
    input_reply: (content, request) => {
      const at = this.#inputs.findIndex((input) => answers(request, input));
      if (at < 0) this.#transport.fault("an input_reply came that nobody waits for");
      for (const input of at < 0 ? [] : this.#inputs.splice(at, 1)) input.resolve(text(content.value));
    },
    // Every comm was closed when it was opened: what still comes for one is late.
    comm_msg: () => {},
    comm_close: () => {},
  };

  #status(state: "busy" | "idle", parent: Header): void {
    this.#transport.publish("status", { execution_state: state }, parent);
  }

  /** An interrupt came in: the running cell ends, by itself or without its help. */
  interrupt(): void {
    const cell = this.#running;
    if (cell === undefined || cell.abort.signal.aborted) return;
    const { interrupt } = this.#evaluator;
    cell.interrupt(interrupt);
    for (const input of this.#inputs) if (input.cell === cell) input.reject(interrupt);
    this.#inputs = this.#inputs.filter((input) => input.cell !== cell);
  }

  async #runAll(): Promise<void> {
    this.#loop = true;
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift()) {
      const { header } = request;
      this.#busyWith = header;
      this.#status("busy", header);
      if (this.#aborted > 0) {
        this.#aborted--;
        this.#transport.reply(request, "execute_reply", {
          status: "aborted",
          execution_count: this.#count,
        });
      } else {
        await this.#run(request);
      }
      this.#busyWith = undefined;
      this.#status("idle", header);
    }
    this.#loop = false;
  }

  async #run(request: Request): Promise<void> {
    const { content, header } = request;
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) this.#count++;
    // An interrupt that came too late for the cell before is not for this one.
    await this.#host.calm();
    await this.#transport.receiveAll();
    if (this.#isClosed) return;
    this.#host.stop.begin();
    const cell = new Cell(this.#count, request, this.#transport, this.#host);
    this.#running = cell;
    this.#latest = cell;
    const metadata = { started: new Date().toISOString() };
    if (!silent) {
      const input = { code: text(content.code), execution_count: this.#count };
      this.#transport.publish("execute_input", input, header);
    }
    const outcome = await this.#outcome(cell, content, silent, stored);
    const { error } = outcome;
    cell.output.flush();
    // Not through the cell's output, which takes nothing after an interrupt.
    if (error !== undefined && !silent && !outcome.shown)
      this.#transport.publish("error", { ...error }, header);
    cell.replied = true;
    this.#running = undefined;
    const reply = { execution_count: this.#count, payload: [], user_expressions: outcome.userExpressions };
    if (error === undefined) {
      this.#transport.reply(request, "execute_reply", { status: "ok", ...reply }, metadata);
      return;
    }
    if (!silent && content.stop_on_error !== false) {
      // What was sent before the reply is not to run, what came while the cell had the thread included.
      await this.#transport.receiveAll();
      this.#aborted = this.#waiting.length;
    }
    this.#transport.reply(request, "execute_reply", { status: "error", ...reply, ...error }, metadata);
  }

  /** Runs a cell to its end and shows its result. Never rejects. */
  async #outcome(cell: Cell, content: Content, silent: boolean, stored: boolean): Promise<Outcome> {
    const code = text(content.code);
    const { pendingTimers } = this.#host;
    let userExpressions: Content = {};
    try {
      const evaluate = async () => {
        const { hasValue, value } = await this.#evaluator.evaluate(code, cell, (text) => {
          cell.output.write("stderr", text);
        });
        await this.#turn(pendingTimers);
        if (this.#lateFault !== undefined) this.#failWith(cell, this.#lateFault);
        this.#lateFault = undefined;
        await cell.output.settled();
        const shown =
          hasValue && value !== undefined && !silent && !cell.isStopped
            ? await this.#showResult(cell, value)
            : null;
        if (stored) this.#history.add(cell.number, code, shown);
        if (cell.fault === undefined && !cell.isStopped)
          userExpressions = await this.#userExpressions(cell, content.user_expressions);
      };
      await Promise.race([this.#host.runAs(cell, evaluate), cell.givenUp]);
      // What a cell that was interrupted returns all the same is not what it was asked for.
      if (cell.isStopped) throw this.#evaluator.interrupt;
      return { error: cell.fault, shown: cell.fault !== undefined, userExpressions };
    } catch (thrown) {
      if (stored) this.#history.add(cell.number, code, null);
      // An interrupt that a cell which held the thread has seen before the session.
      if (cell.isStopped) this.interrupt();
      // It had its time to end by itself, as a training does. From now on it changes nothing.
      if (cell.isStopped) this.#evaluator.stop(cell);
      cell.output.abandon();
      return {
        error: this.#describe(cell.isStopped ? this.#evaluator.interrupt : thrown),
        userExpressions: {},
      };
    }
  }

  /** Lets the event loop turn, so that rejections and timers that are due by now count for this cell. */
  async #turn(timersBefore: number): Promise<void> {
    await this.#host.turn();
    if (this.#host.pendingTimers <= timersBefore) return;
    await new Promise<void>((resolve) => {
      this.#host.later(resolve, timerTime);
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
    return showValue(value, {
      inspect: this.#host.inspect,
      describeError: (error) => withoutColours(this.#describe(error).traceback.join("\n")),
    });
  }

  /** The bundle of a value that a cell shows; what its own display method throws is the cell's error. */
  async bundle(value: unknown): Promise<MimeBundle> {
    // Text is shown as it is, and not as the console would quote it.
    if (typeof value === "string") return { "text/plain": value };
    const { bundle, thrown } = await this.#show(value);
    if (thrown !== undefined) throw thrown.error;
    return bundle;
  }

  async #userExpressions(cell: Cell, asked: unknown): Promise<Content> {
    const answers: Content = {};
    if (typeof asked !== "object" || asked === null) return answers;
    for (const [name, code] of Object.entries(asked)) {
      try {
        const value = await this.#evaluator.expression(text(code), cell);
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
    const { cell } = this;
    if (cell === undefined) {
      const { ename, evalue, traceback } = this.#describe(error);
      this.#transport.fault(`${ename}: ${evalue}\n${withoutColours(traceback.join("\n"))}`);
      return;
    }
    // What comes of an interrupted cell is nobody's, and what an interrupt leaves behind is not an error of its own.
    if (cell.isStopped) return;
    const described = this.#describe(error);
    this.#failWith(cell, described);
    if (cell.replied) this.#reportLate(cell, described);
  }

  /**
   * A client that takes no input, such as nbconvert, has nobody who sees an error in a cell that has ended, and looks
   * at replies only: there the cell that runs now fails as well, or the next one.
   */
  #reportLate(cell: Cell, fault: ErrorDescription): void {
    if (cell.request.content.allow_stdin === true) return;
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
      this.#transport.fault(`an error could not be described: ${reason}`);
      return {
        ename: "Error",
        evalue: "an error that cannot be described",
        traceback: ["an error that cannot be described"],
      };
    }
  }

  input(cell: Cell, prompt: string, password: boolean): Promise<string> {
    if (cell.isStopped) return Promise.reject(this.#evaluator.interrupt);
    if (cell.request.content.allow_stdin !== true) {
      const message = "this client cannot be asked for input (nbconvert cannot, for one)";
      return Promise.reject(Object.assign(new Error(message), { name: "StdinNotAvailableError" }));
    }
    cell.output.flush();
    return new Promise((resolve, reject) => {
      const question = this.#transport.requestInput(cell.request, prompt, password);
      this.#inputs.push({ cell, question, resolve, reject });
    });
  }
}

/** Whether a reply is to this question. Some clients (jupyter_client's own) do not say to which: then to their oldest. */
function answers({ parentHeader, header }: Request, { question, cell }: Input): boolean {
  if (parentHeader.msg_id !== undefined) return parentHeader.msg_id === question;
  return header.session === cell.request.header.session;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function withoutColours(styled: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what ANSI colours start with
  return styled.replace(/\u001b\[[0-9;]*m/g, "");
}
