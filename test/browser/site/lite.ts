// Drives a notebook in JupyterLite, as its reader would: opens it, runs cells, reads what they show.
import type { Page } from "playwright-core";
import type { Cell } from "../../notebooks/notebook.js";

/** JupyterLab's application, as far as these tests use it; functions that are sent to the page see it as `jupyterapp`. */
interface App {
  readonly commands: { execute(id: string, options?: object): Promise<unknown> };
  readonly serviceManager: {
    readonly contents: {
      get(
        path: string,
        options: { content: true },
      ): Promise<{ readonly content: { readonly cells: readonly Cell[] } }>;
    };
  };
  readonly shell: {
    readonly currentWidget: {
      readonly context: {
        readonly isReady: boolean;
        readonly sessionContext: {
          readonly ready: Promise<void>;
          readonly session: { readonly kernel: LabKernel } | null;
        };
      };
      readonly content: {
        scrollToItem(index: number, align: "center"): Promise<void>;
        readonly model: {
          readonly cells: { readonly length: number };
          readonly sharedModel: {
            readonly cells: readonly { toJSON(): Cell; setSource(text: string): void }[];
          };
        } | null;
      };
    } | null;
  };
}

interface LabMessage {
  readonly header: { readonly msg_type: string };
  readonly content: Record<string, unknown>;
}

interface LabFuture {
  readonly done: Promise<LabMessage>;
  onIOPub: (message: LabMessage) => void;
  onStdin: (message: LabMessage) => void;
  sendInputReply(content: object, parent: object): void;
}

interface LabKernel {
  readonly status: string;
  requestExecute(content: object): LabFuture;
  requestComplete(content: object): Promise<LabMessage>;
  requestInspect(content: object): Promise<LabMessage>;
  interrupt(): Promise<void>;
  restart(): Promise<void>;
}

interface Registrations {
  getRegistrations(): Promise<readonly { readonly scope: string; readonly active: object | null }[]>;
}

declare const jupyterapp: App;
declare const performance: { now(): number };

/** JupyterLab's scripts, below the site's folder: kernel/setup/lite-bundle.js. */
export const labScripts: readonly string[] = [1, 2, 3].map((part) => `lite/build/lab/part-${part}.js`);

/** Waits until the notebook shows and its kernel has answered. */
export async function openNotebook(
  page: Page,
  address: string,
  notebook: string,
  app = "lab",
): Promise<void> {
  await page.goto(`${address}lite/${app}/index.html?path=${notebook}`);
  await untilShown(page);
  await page.evaluate(async () => {
    await jupyterapp.shell.currentWidget?.context.sessionContext.ready;
  });
}

/** Waits until the notebook shows, which may be before its kernel is there. */
export async function untilShown(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const widget = (globalThis as { jupyterapp?: App }).jupyterapp?.shell.currentWidget;
      return widget?.context?.isReady === true && (widget.content.model?.cells.length ?? 0) > 0;
    },
    undefined,
    // Not at every frame, Playwright's default, which has the browser draw sixty a second while the page loads.
    { polling: 50 },
  );
}

/** Waits until all that later visits need is kept in the browser, some ten seconds after the notebook has shown. */
export async function untilKept(page: Page): Promise<void> {
  while (!(await isKept(page))) await page.waitForTimeout(200);
}

function isKept(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { serviceWorker } = (globalThis as unknown as { navigator: { serviceWorker: Registrations } })
      .navigator;
    const registrations = await serviceWorker.getRegistrations();
    return registrations.some(({ scope, active }) => scope.endsWith("/lite/keeper/") && active !== null);
  });
}

/** Scrolls to the first cell with a figure. */
export function showFigure(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const { content } = jupyterapp.shell.currentWidget ?? {};
    const cells = content?.model?.sharedModel.cells ?? [];
    const figure = cells.findIndex((cell) => {
      const { outputs = [] } = cell.toJSON();
      return outputs.some(({ data }) => data?.["application/vnd.plotly.v1+json"] !== undefined);
    });
    await content?.scrollToItem(figure, "center");
  });
}

/** Scrolls to a cell, so that it is drawn. */
export function scrollTo(page: Page, cell: number): Promise<void> {
  return page.evaluate(async (at) => {
    await jupyterapp.shell.currentWidget?.content.scrollToItem(at, "center");
  }, cell);
}

/** The sources of the open notebook's cells. */
export function shownCells(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { model } = jupyterapp.shell.currentWidget?.content ?? {};
    return (model?.sharedModel.cells ?? []).map((cell) => [cell.toJSON().source].flat().join(""));
  });
}

/** The sources of a notebook's cells, as the page's storage has them. */
export function savedCells(page: Page, path: string): Promise<string[]> {
  return page.evaluate(async (asked) => {
    const { content } = await jupyterapp.serviceManager.contents.get(asked, { content: true });
    return content.cells.map(({ source }) => [source].flat().join(""));
  }, path);
}

/** Writes another first cell into the open notebook, and saves it. */
export function change(page: Page, text: string): Promise<void> {
  return page.evaluate(async (source) => {
    jupyterapp.shell.currentWidget?.content.model?.sharedModel.cells[0].setSource(source);
    await jupyterapp.commands.execute("docmanager:save");
  }, text);
}

/** The notifications that the page shows: one of the test's own comes last. */
export async function notifications(page: Page): Promise<string[]> {
  await page.evaluate(() =>
    jupyterapp.commands.execute("apputils:notify", {
      message: "That was all.",
      options: { autoClose: false },
    }),
  );
  await page.locator(".jp-toastContainer").getByText("That was all.").waitFor();
  return page.locator(".jp-toast-message").allInnerTexts();
}

/** Clears all outputs, runs all cells, and gives the notebook's cells. */
export async function runAll(page: Page): Promise<Cell[]> {
  return page.evaluate(async () => {
    await jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
    await jupyterapp.commands.execute("runmenu:run-all");
    const { model } = jupyterapp.shell.currentWidget?.content ?? {};
    return (model?.sharedModel.cells ?? []).map((cell) => cell.toJSON());
  });
}

export interface Outcome {
  readonly status: string;
  /** Streams, errors and results in their order: "stdout: 1\n", "error TypeError: …", "result 2". */
  readonly shown: readonly string[];
  /** From the interrupt to the reply (ms). */
  readonly toEnd?: number;
}

/** Runs code in the notebook's kernel. */
export function execute(
  page: Page,
  code: string,
  { input, interruptAfter }: { input?: string; interruptAfter?: number } = {},
): Promise<Outcome> {
  return page.evaluate(
    async ([text, answer, after]) => {
      const kernel = jupyterapp.shell.currentWidget?.context.sessionContext.session?.kernel;
      if (kernel === undefined) throw new Error("no kernel runs");
      const shown: string[] = [];
      const future = kernel.requestExecute({ code: text, store_history: true, allow_stdin: answer !== null });
      future.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") shown.push(`${content.name}: ${content.text}`);
        else if (header.msg_type === "error") shown.push(`error ${content.ename}: ${content.evalue}`);
        else if (header.msg_type === "execute_result" || header.msg_type === "display_data")
          shown.push(`result ${(content.data as Record<string, unknown>)["text/plain"]}`);
      };
      future.onStdin = (message) => {
        shown.push(`asks: ${message.content.prompt}`);
        future.sendInputReply({ value: answer, status: "ok" }, message.header);
      };
      let interrupted: number | undefined;
      if (after !== null)
        setTimeout(() => {
          interrupted = performance.now();
          void jupyterapp.commands.execute("kernelmenu:interrupt");
        }, after);
      const { content } = await future.done;
      const toEnd = interrupted === undefined ? undefined : performance.now() - interrupted;
      return { status: String(content.status), shown, ...(toEnd !== undefined && { toEnd }) };
    },
    [code, input ?? null, interruptAfter ?? null] as const,
  );
}

/** What the kernel would complete at the end of the code. */
export function complete(page: Page, code: string): Promise<string[]> {
  return page.evaluate(async (text) => {
    const kernel = jupyterapp.shell.currentWidget?.context.sessionContext.session?.kernel;
    const answer = await kernel?.requestComplete({ code: text, cursor_pos: text.length });
    return (answer?.content.matches ?? []) as string[];
  }, code);
}

/** What the kernel says of the name at the end of the code. */
export function inspect(page: Page, code: string): Promise<string> {
  return page.evaluate(async (text) => {
    const kernel = jupyterapp.shell.currentWidget?.context.sessionContext.session?.kernel;
    const answer = await kernel?.requestInspect({ code: text, cursor_pos: text.length, detail_level: 0 });
    return String((answer?.content.data as Record<string, unknown> | undefined)?.["text/plain"] ?? "");
  }, code);
}

export function restart(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await jupyterapp.shell.currentWidget?.context.sessionContext.session?.kernel.restart();
  });
}
