// What this kernel promises and stock tslab does not keep, each as a check on a kernel that runs: it throws where the
// promise is broken. stock-tslab.test.ts runs all of them against both.
import { expect } from "chai";
import { type Client, type Execution, ofType, printed } from "../messages.js";

/** A kernel as the checks see it. */
export interface Subject {
  readonly client: Client;
  /** As the kernel's own kernelspec asks for it: by message or by signal. */
  interrupt(): Promise<void>;
  /** What the promise gives; throws when it does not come while one waits patiently. */
  patiently<T>(promise: Promise<T>): Promise<T>;
}

export interface KernelPromise {
  readonly name: string;
  /** Whether a kernel that breaks it is of no use afterwards. */
  readonly ruinous?: boolean;
  /** On Node 24 stock tslab keeps it now and then, so that nothing is said about it. */
  readonly unsteady?: boolean;
  /** A page has no contexts that a promise keeps: what comes late counts as the latest cell's. */
  readonly needsNode?: boolean;
  check(subject: Subject): Promise<void>;
}

/** Stock tslab refuses cells for a while after a failed one: asks until it takes them again. */
async function recovered({ client, patiently }: Subject): Promise<void> {
  while ((await patiently(client.execute("0"))).reply.status !== "ok");
}

async function run(subject: Subject, code: string): Promise<Execution> {
  await recovered(subject);
  return subject.patiently(subject.client.execute(code));
}

/** Runs a cell up to where it prints "started", and interrupts it. */
async function interrupted(subject: Subject, code: string): Promise<Execution> {
  const { client, patiently } = subject;
  await recovered(subject);
  const id = client.sendCell(code);
  await patiently(
    client.publication(
      ({ parentHeader, content }) => parentHeader.msg_id === id && String(content.text).includes("started"),
    ),
  );
  await subject.interrupt();
  return patiently(client.executed(id));
}

export const kernelPromises: readonly KernelPromise[] = [
  {
    name: "the value of a cell is an execute_result",
    async check(subject) {
      const { messages } = await run(subject, "6 * 7");
      const [result] = ofType(messages, "execute_result");
      expect(result?.content.data).to.deep.include({ "text/plain": "42" });
    },
  },
  {
    name: "a cell that runs is announced to all clients by execute_input",
    async check(subject) {
      const { messages } = await run(subject, "6 * 7");
      expect(ofType(messages, "execute_input").map(({ content }) => content.code)).to.deep.equal(["6 * 7"]);
    },
  },
  {
    name: "an error has a name, a message and a traceback with the cell's line",
    async check(subject) {
      const { reply, messages } = await run(subject, `const limit = 3;\nthrow new RangeError("beyond");`);
      expect(reply).to.include({ status: "error", ename: "RangeError", evalue: "beyond" });
      const [error] = ofType(messages, "error");
      expect(error?.content).to.include({ ename: "RangeError", evalue: "beyond" });
      expect(String(error?.content.traceback)).to.include("line 2");
    },
  },
  {
    name: "TypeScript's errors are error messages, each with its code",
    async check(subject) {
      const { messages } = await run(subject, `const a: number = "a";\nconst b: string = 1;`);
      const [error] = ofType(messages, "error");
      expect(String(error?.content.traceback).match(/TS2322/g)?.length).to.be.at.least(2);
    },
  },
  {
    name: "what a cell declared before it threw stays declared",
    async check(subject) {
      await run(
        subject,
        `const kept = 41;\nfunction next(x: number) { return x + 1; }\nthrow new Error("here");`,
      );
      const { reply } = await run(subject, "next(kept)");
      expect(reply.status).to.equal("ok");
    },
  },
  {
    name: "a rejected promise that nobody awaits fails its cell (and nbconvert)",
    async check(subject) {
      const { reply } = await run(subject, `Promise.reject(new RangeError("nobody"));\n1`);
      expect(reply.status).to.equal("error");
    },
  },
  {
    name: "a timer that throws fails its cell (and nbconvert)",
    async check(subject) {
      const { reply } = await run(subject, `setTimeout(() => { throw new Error("in a timer"); }, 1);\n1`);
      expect(reply.status).to.equal("error");
    },
  },
  {
    name: "output that comes after a cell's end is that cell's",
    needsNode: true,
    async check(subject) {
      const { client, patiently } = subject;
      await run(subject, "let release = () => {};");
      await recovered(subject);
      const first = client.sendCell(
        `void new Promise<void>((resolve) => { release = resolve; }).then(() => console.log("late")); 0`,
      );
      await patiently(client.executed(first));
      const { messages } = await run(
        subject,
        `release(); await new Promise((resolve) => setTimeout(resolve, 10)); console.log("own");`,
      );
      expect(printed(messages)).to.equal("own\n");
      expect(printed(client.publishedFor(first))).to.include("late\n");
    },
  },
  {
    name: "an interrupted loop that awaits ends its cell, and does not run on",
    ruinous: true,
    unsteady: true,
    async check(subject) {
      await run(subject, "let ticks = 0;");
      await interrupted(
        subject,
        `console.log("started"); for (;;) { ticks++; await new Promise((resolve) => setTimeout(resolve, 1)); }`,
      );
      const { messages } = await run(
        subject,
        `const before = ticks; await new Promise((resolve) => setTimeout(resolve, 50)); console.log("ran on:", ticks - before);`,
      );
      expect(printed(messages)).to.include("ran on: 0\n");
    },
  },
  {
    name: "a loop after an await ends by an interrupt, and the next cell answers",
    ruinous: true,
    async check(subject) {
      // The timer that ends the wait also says so, and the loop starts right after it.
      const { reply } = await interrupted(
        subject,
        `await new Promise<void>((resolve) => setTimeout(() => { console.log("started"); setTimeout(resolve, 20); }, 1));
for (;;);`,
      );
      expect(reply.status).to.equal("error");
      await recovered(subject);
    },
  },
  {
    name: "5 000 printed lines arrive, all and in order, and the cell ends",
    ruinous: true,
    async check(subject) {
      const { messages } = await run(
        subject,
        `for (let line = 0; line < 5_000; line++) console.log("line " + line);`,
      );
      const expected = Array.from({ length: 5_000 }, (_, line) => `line ${line}\n`).join("");
      expect(printed(messages) === expected).to.equal(true);
    },
  },
];
