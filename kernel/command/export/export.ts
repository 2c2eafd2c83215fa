// normlab export: notebooks as they are, with the outputs that they hold, as pages that need nothing but a browser.
import { accessSync, constants, existsSync, mkdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { reasonOf } from "../files.js";
import { Problem } from "../problem.js";
import { pythonWith } from "../python.js";
import { generator } from "./html.js";
import { type Exported, exportPages, pageOf } from "./pages.js";

export interface ExportCommand {
  readonly packageRoot: string;
  readonly files: readonly string[];
  readonly output: string;
  /** The Python that --python names. */
  readonly python?: string;
  /** Is told what was done, in sentences. */
  readonly tell: (message: string) => void;
  readonly complain: (message: string) => void;
}

/** What a disk that knows no difference between cases, or between two spellings of ü, takes for one name. */
const asDiskMayRead = (name: string) => name.normalize("NFC").toLowerCase();

/** @throws {Problem} when a name is none of a notebook */
function notebookAt(name: string): string {
  if (!existsSync(name)) throw new Problem(`There is no file ${name}.`);
  const file = realpathSync(name);
  if (statSync(file).isDirectory())
    throw new Problem(`${name} is a folder: name the notebooks in it, such as ${join(name, "*.ipynb")}.`);
  if (!/\.ipynb$/i.test(name))
    throw new Problem(`${name} is not a notebook: a file that ends in .ipynb is needed.`);
  return resolve(name);
}

/** @throws {Problem} when two of them would be one page */
function placed(files: readonly string[]): Exported[] {
  const byPage = new Map<string, string>();
  return files.map((file) => {
    const place = basename(file);
    const page = asDiskMayRead(pageOf(place));
    const other = byPage.get(page);
    if (other !== undefined)
      throw new Problem(
        `${other} and ${file} would both become ${pageOf(place)}: rename one, or export them to two folders.`,
      );
    byPage.set(page, file);
    return { file, source: file, place };
  });
}

/** @throws {Problem} when nothing can be written there, or something of somebody else's would be overwritten */
function writableFolder(output: string, notebooks: readonly Exported[]): string {
  const folder = resolve(output);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new Problem(`${output} is a file: name a folder for the pages, new or not.`);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Problem(
      `The pages cannot be written to ${output}: ${reasonOf(error)}. Choose another with --output DIR.`,
    );
  }
  const pages = notebooks.map(({ place }) => pageOf(place));
  for (const page of pages.length > 1 ? [...pages, "index.html"] : pages) {
    const file = join(folder, page);
    if (!existsSync(file)) continue;
    if (statSync(file).isDirectory() || !readFileSync(file, "utf8").includes(generator))
      throw new Problem(
        `${join(output, page)} is there already and was not made by normlab: it stays as it is. Choose another folder with --output DIR.`,
      );
  }
  return folder;
}

/** Writes the pages; all of them, or none. */
export async function exportNotebooks(command: ExportCommand): Promise<void> {
  const { packageRoot, tell, complain } = command;
  const notebooks = placed([...new Set(command.files.map(notebookAt))]);
  const output = writableFolder(command.output, notebooks);
  const python = pythonWith("nbconvert", command.python, "export").executable;
  const [first] = await exportPages({ packageRoot, python, notebooks, output, complain });
  const count = notebooks.length === 1 ? "1 page" : `${notebooks.length} pages`;
  tell(`${count} written to ${output}: open ${join(command.output, first.page)} in a browser.`);
}
