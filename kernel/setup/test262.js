// npm run test:262 -- FOLDER: test262's language tests, of a copy of test262 in FOLDER, each as a cell; see
// test/kernel/language/test262/main.ts for what may follow the folder.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.js";
import { root } from "./paths.js";
import { runScript } from "./problem.js";

await runScript(async (args) => {
  await build();
  const program = join(root, "dist", "test", "kernel", "language", "test262", "main.js");
  const { main } = await import(pathToFileURL(program).href);
  return main(args);
});
