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
 * A file that lies beside the module's own or, in the installed package, beside the sources, read without giving way: tensors
 * are made in the middle of the reader's statements. The bytes come as text of one character a byte, the only binary form that a
 * page is given synchronously.
 */
export function resource(name: ResourceName): Uint8Array<ArrayBuffer> {
  const { href } = new URL(name, import.meta.url);
  const answer = request(href) ?? request(new URL(`../../src/data/files/${name}`, import.meta.url).href);
  if (answer === undefined)
    throw new Error(`${name} could not be loaded from ${href}. It belongs beside the module's files.`);
  const bytes = new Uint8Array(answer.length);
  for (let i = 0; i < answer.length; i++) bytes[i] = answer.charCodeAt(i);
  return bytes;
}

/** The bytes at an address, a character each; undefined where there is nothing. */
function request(href: string): string | undefined {
  const asked = new XMLHttpRequest();
  asked.open("GET", href, false);
  asked.overrideMimeType("text/plain; charset=x-user-defined");
  try {
    asked.send();
  } catch {
    return undefined;
  }
  return asked.status === 200 ? asked.responseText : undefined;
}
