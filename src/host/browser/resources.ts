import type { ResourceName } from "../host.js";

/** What is used of a browser's XMLHttpRequest, whose types come with the DOM's library. */
interface Request {
  open(method: string, url: string, asynchronous: boolean): void;
  overrideMimeType(type: string): void;
  send(): void;
  readonly status: number;
  readonly responseText: string;
}

declare const XMLHttpRequest: new () => Request;

/**
 * A file that lies beside the module's own, read without giving way: tensors are made in the middle of the reader's
 * statements. The bytes come as text of one character a byte, the only binary form that a page is given synchronously.
 */
export function resource(name: ResourceName): Uint8Array<ArrayBuffer> {
  const { href } = new URL(name, import.meta.url);
  const request = new XMLHttpRequest();
  request.open("GET", href, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200)
    throw new Error(
      `${name} could not be loaded from ${href} (status ${request.status}). It belongs beside the module's files.`,
    );
  const text = request.responseText;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
