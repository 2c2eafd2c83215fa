// The folder of notebooks that a site is made of: the course, or a teacher's own. Loaded after a build.
import { existsSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { readNotebook, sourceOf } from "../../dist/kernel/command/notebook.js";
import { filesBelow } from "./files.js";
import { Problem } from "./problem.js";

/** Folders of the course's kind whose notebooks have no page: they are for whoever opens them in JupyterLite. */
const withoutPages = ["solutions", "results"];

/** What is in a working folder and not for readers. */
const isHidden = (path) =>
  path.split(sep).some((name) => name.startsWith(".") || /^(node_modules|__pycache__)$/.test(name));

/** The notebook in a file, or undefined where it holds none of format 4. */
function lessonIn(file) {
  const notebook = readNotebook(file);
  return notebook?.nbformat === 4 ? { ...notebook, metadata: notebook.metadata ?? {} } : undefined;
}

/** Whether the site's own kernel runs it: a notebook of TypeScript that asks for none of Node's modules. */
export function runsInPage({ cells, metadata: { kernelspec, language_info } }) {
  const language = kernelspec?.language ?? language_info?.name ?? "typescript";
  const isOurs = kernelspec?.name === "normlab" || language.toLowerCase() === "typescript";
  const needsNode = (cell) => cell.cell_type === "code" && /\bfrom\s+"node:/.test(sourceOf(cell));
  return isOurs && !cells.some(needsNode);
}

/** What the folder is called by its README, else its own name. */
function titleOf(folder) {
  const readme = join(folder, "README.md");
  const heading = existsSync(readme) && /^# +(.+)$/m.exec(readFileSync(readme, "utf8"))?.[1].trim();
  return heading || basename(folder);
}

/**
 * @param folder the notebooks' folder
 * @param output where the site goes; when that is in the folder, it is no part of it
 * @returns { folder, title, files, lessons }: all that readers get, and the notebooks that have pages, each { file, source, place, notebook }
 * @throws {Problem} when there is no notebook, a file that is called one is none, or JupyterLite could not open it
 */
export function readFolder(folder, output) {
  const files = filesBelow(folder).filter(
    (file) => !isHidden(relative(folder, file)) && !(output && file.startsWith(output + sep)),
  );
  const isNotebook = (file) => file.endsWith(".ipynb");
  const notebooks = files.filter(isNotebook).map((file) => {
    const place = relative(folder, file).split(sep).join("/");
    return { file, source: file, place, notebook: lessonIn(file) };
  });
  const broken = notebooks.filter(({ notebook }) => notebook === undefined).map(({ file }) => file);
  if (broken.length > 0)
    throw new Problem(
      `No notebook of format 4: ${broken.join(", ")}. Open it in Jupyter and save it again, or take it out of ${folder}.`,
    );
  // It puts a path into an address as it stands, and decodes one that is none.
  const odd = notebooks.filter(({ place }) => /[#%?]/.test(place)).map(({ file }) => file);
  if (odd.length > 0)
    throw new Problem(`JupyterLite cannot open a name with #, % or ? in it. Rename: ${odd.join(", ")}.`);
  const lessons = notebooks.filter(
    ({ place }) =>
      !place
        .split("/")
        .slice(0, -1)
        .some((name) => withoutPages.includes(name)),
  );
  if (lessons.length === 0)
    throw new Problem(
      `There is no notebook in ${folder} (a file that ends in .ipynb): nothing to make a site of.`,
    );
  return { folder, title: titleOf(folder), files, lessons };
}
