import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { decisive, resource } from "./resources.js";

/** The code of the threads that compute runs. */
const packed = new URL("../../../packed/", import.meta.url);

let known: string | undefined;

/**
 * SHA-256 of the packed module, which a sweep's threads run, of the kernels that it computes with, and of the package's own data: they
 * alone decide the bits. Node and the processor don't.
 */
export function build(): string {
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  const add = (name: string, content: Uint8Array) =>
    hash.update(`${name} ${content.length}\n`).update(content);
  const files = readdirSync(packed).filter((name) => name.endsWith(".js"));
  for (const name of files.sort()) add(name, readFileSync(new URL(name, packed)));
  for (const name of decisive) add(name, resource(name));
  known = hash.digest("hex");
  return known;
}
