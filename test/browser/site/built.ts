// The website as the tests have it: built once, and again when something that it is made of has changed.
import { fileURLToPath } from "node:url";

const root = new URL("../../../../", import.meta.url);

interface Builder {
  buildSite(output: string, notebooks: string): Promise<void>;
}

/** Gives the folder that it is in. */
export async function builtSite(): Promise<string> {
  const script: string = new URL("kernel/setup/site.js", root).href;
  const { buildSite }: Builder = await import(script);
  const output = fileURLToPath(new URL("out/test-site", root));
  await buildSite(output, fileURLToPath(new URL("notebooks", root)));
  return output;
}
