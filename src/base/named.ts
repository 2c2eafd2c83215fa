import { consoleInspect } from "./console-inspect.js";
import { jupyterDisplay } from "./kernel.js";

const lineWidth = 80;

/** An object of functions that prints their names, in a console and as the last value of a cell. */
export function named<Members extends object>(name: string, members: Members): Members {
  const lines = [`${name}: ${Object.keys(members).length} functions`, "  "];
  for (const member of Object.keys(members)) {
    const last = lines.length - 1;
    const longer = `${lines[last]}${lines[last].trim() === "" ? "" : ", "}${member}`;
    if (longer.length <= lineWidth) lines[last] = longer;
    else {
      lines[last] += ",";
      lines.push(`  ${member}`);
    }
  }
  const text = lines.join("\n");
  return Object.freeze(
    Object.defineProperties(
      { ...members },
      {
        [consoleInspect]: { value: () => text },
        [jupyterDisplay]: { value: () => ({ "text/plain": text }) },
      },
    ),
  );
}
