// The set-up is plain JavaScript outside dist/, so that it runs before any build: tests load it from the source.
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository's top folder, seen from dist/test/kernel/setup. */
export const repository = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))));

/** Loads a module of kernel/setup, with the type that the test expects of it. */
export async function setupModule<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(repository, "kernel", "setup", name)).href)) as T;
}
