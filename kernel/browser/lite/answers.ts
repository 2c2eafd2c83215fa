// What the page answers to its kernels, whose questions come by way of the service worker: interrupts, and files through
// JupyterLite's contents manager, so that a notebook reads what its reader sees and edits.
import type { Answers, DriveEntry, Question } from "../messages.js";
import type { Contents, ContentsModel } from "./jupyterlite.js";
import { shippedFile } from "./shipped.js";

const questions: ReadonlySet<unknown> = new Set<Question["ask"]>([
  "interrupts",
  "list",
  "read",
  "write",
  "remove",
]);

/** A question and the id of the kernel that asks it; undefined for what is none. */
export function asQuestion(data: unknown): { question: Question; kernel: string } | undefined {
  if (typeof data !== "object" || data === null || !("ask" in data) || !("kernel" in data)) return undefined;
  if (!questions.has(data.ask) || typeof data.kernel !== "string") return undefined;
  // Only the worker's own code sends these, and messages.ts says what it sends.
  return { question: data as unknown as Question, kernel: data.kernel };
}

export async function answerQuestion(
  question: Question,
  { interrupts, contents, baseUrl }: { interrupts: number; contents: Contents; baseUrl: string },
): Promise<Answers[Question["ask"]]> {
  switch (question.ask) {
    case "interrupts":
      return interrupts;
    case "list":
      return listing(contents, question.path);
    case "read":
      return content(contents, question.path, baseUrl);
    case "write":
      return outcome(save(contents, question.path, question.content));
    case "remove":
      return outcome(contents.delete(question.path));
  }
}

async function outcome(change: Promise<unknown>): Promise<string | null> {
  try {
    await change;
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function listing(contents: Contents, path: string): Promise<DriveEntry[] | null> {
  const model = await contents.get(path, { content: true }).catch(() => undefined);
  if (model?.type !== "directory" || !Array.isArray(model.content)) return null;
  return (model.content as readonly ContentsModel[]).map(({ name, type, last_modified }) => ({
    name,
    kind: type === "directory" ? "folder" : "file",
    modified: Date.parse(last_modified) || 0,
  }));
}

async function content(contents: Contents, path: string, baseUrl: string): Promise<string | null> {
  const model = await contents.get(path, { content: true }).catch(() => undefined);
  // JupyterLite 0.8 parses whatever has "json" in its ending as one JSON text, and fails for the lines of a .jsonl file.
  if (model === undefined) return shipped(path, baseUrl);
  if (model.type === "directory" || model.content === null) return null;
  if (model.format === "base64") return String(model.content);
  // JupyterLab keeps JSON with an indentation of two.
  const text = model.format === "json" ? JSON.stringify(model.content, null, 2) : String(model.content);
  return toBase64(new TextEncoder().encode(text));
}

/** A file of the site, which the reader has not changed. */
async function shipped(path: string, baseUrl: string): Promise<string | null> {
  const response = await fetch(shippedFile(path, baseUrl));
  return response.ok ? toBase64(new Uint8Array(await response.arrayBuffer())) : null;
}

async function save(contents: Contents, path: string, base64: string): Promise<void> {
  const text = textOf(base64);
  if (text === undefined) await contents.save(path, { type: "file", format: "base64", content: base64 });
  else await contents.save(path, { type: "file", format: "text", content: text });
}

/** As text, which an editor can open; undefined for what is none. */
function textOf(base64: string): string | undefined {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
