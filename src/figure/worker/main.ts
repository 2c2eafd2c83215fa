/**
 * The renderer's thread: loads Plotly into a page without a browser once, then answers requests for pictures one
 * after another. src/figure/renderer.ts starts it, waits for it and ends it when it takes too long.
 */
import { type MessagePort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Picture, RendererStart, RequestMessage, ResponseMessage } from "../protocol.js";
import { drawSvg } from "./draw.js";
import { Page } from "./page.js";
import { toPng } from "./resvg.js";

const { port, answers } = workerData as RendererStart;
const signal = new Int32Array(answers);

function answer(message: ResponseMessage): void {
  port.postMessage(message);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
}

async function render(page: Page, request: RequestMessage): Promise<Picture> {
  const svg = await drawSvg(page, request);
  return request.format === "png" ? toPng(svg, request.scale) : svg;
}

/** A figure with the usual parts, drawn while nobody waits, so that the first real one finds its code compiled. */
const rehearsal: RequestMessage = {
  id: 0,
  format: "svg",
  figure: {
    data: [
      { y: [1, 2], name: "a", mode: "lines+markers" },
      { y: [2, 1], name: "b" },
    ],
    layout: { title: { text: "t" }, xaxis: { title: { text: "x" } }, yaxis: { title: { text: "y" } } },
    config: {},
  },
  title: "",
  description: "",
  scale: 1,
};

async function serve(inbox: MessagePort): Promise<void> {
  const page = await Page.load();
  answer({ ready: true });
  const waiting: RequestMessage[] = [];
  const first = receiveMessageOnPort(inbox);
  if (first) waiting.push(first.message as RequestMessage);
  else await render(page, rehearsal);
  let wake: () => void = () => {};
  inbox.on("message", (message: RequestMessage) => {
    waiting.push(message);
    wake();
  });
  let codeSaved = false;
  for (;;) {
    const request = waiting.shift();
    if (!request) {
      if (!codeSaved) page.saveCode();
      codeSaved = true;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    try {
      answer({ id: request.id, picture: await render(page, request) });
    } catch (error) {
      answer({ id: request.id, error: error instanceof Error ? error.message : String(error) });
    }
  }
}

void serve(port);
