// npm run bench -- [kernel|trainer|convolution|figures|browser|queue] [--report]: the benchmarks beside the peers; all of them when none is named.
// --report writes what they measured into test/bench/RESULTS.md, each as soon as it has ended.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./paths.js";
import { Problem, runScript } from "./problem.js";
import { setup } from "./setup.js";

const benchmarks = ["kernel", "trainer", "convolution", "figures", "browser", "queue"];

await runScript(async (args) => {
  const unknown = args.filter((arg) => !arg.startsWith("-") && !benchmarks.includes(arg));
  if (unknown.length > 0)
    throw new Problem(
      `There is no benchmark named ${unknown[0]}: name one of ${benchmarks.join(", ")}, or none for all.`,
    );
  await setup();
  const named = args.filter((arg) => benchmarks.includes(arg));
  const options = args.filter((arg) => arg.startsWith("-") && arg !== "--report");
  const load = (name) => import(pathToFileURL(join(root, "dist", "test", "bench", `${name}.js`)).href);
  const { Report } = await load("report");
  for (const name of named.length > 0 ? named : benchmarks) {
    const { main } = await load(name);
    const report = new Report(name, ["npm run bench --", name, ...options].join(" "));
    await main(options, report);
    if (args.includes("--report")) report.write();
  }
});
