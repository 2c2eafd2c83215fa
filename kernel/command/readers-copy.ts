// What a reader of the course gets: the notebooks without the answers. An output below a question ("Predict") would give the
// answer away, and so would the claims at the end, and the table of what holds in the course's README.

interface Cell {
  cell_type: string;
  metadata: { jupyter?: Record<string, unknown> } & Record<string, unknown>;
  outputs?: { data?: Record<string, unknown> }[];
  execution_count?: number | null;
}

const PREDICTION = "application/vnd.normlab.predict+json";
const CLAIM = "application/vnd.normlab.claim+json";

const shows = ({ outputs = [] }: Cell, kind: string) => outputs.some(({ data = {} }) => kind in data);

/**
 * A file of the course as its reader gets it. In a notebook no cell below the first question has outputs, and the cells
 * that show claims are collapsed; all else is as it was, to the byte.
 * @param name of the file
 */
export function readersCopy(name: string, content: Buffer): Buffer {
  if (name === "README.md") return Buffer.from(withoutAnswers(content.toString("utf8")));
  if (!name.endsWith(".ipynb")) return content;
  let notebook: { cells?: unknown };
  try {
    notebook = JSON.parse(content.toString("utf8"));
  } catch {
    return content; // no notebook: copied as it is
  }
  if (!Array.isArray(notebook?.cells)) return content;
  const cells = notebook.cells as Cell[];
  const isChanged = (cell: Cell) => shows(cell, PREDICTION) || shows(cell, CLAIM);
  if (!cells.some(isChanged)) return content;
  const question = cells.findIndex((cell) => shows(cell, PREDICTION));
  const copied = cells.map((cell, place) => {
    const isBelow = question >= 0 && place > question && cell.cell_type === "code";
    const copy = isBelow ? { ...cell, execution_count: null, outputs: [] } : cell;
    return shows(cell, CLAIM) ? collapsed(copy) : copy;
  });
  return Buffer.from(`${JSON.stringify({ ...notebook, cells: copied }, null, 1)}\n`);
}

function withoutAnswers(readme: string): string {
  const at = readme.indexOf("\n## What holds\n");
  if (at < 0) return readme;
  return `${readme.slice(0, at)}\n## What holds\n\nThat you will have measured at the end of each lesson. All of it on one page: [scoreboard.md](scoreboard.md).\n`;
}

/**
 * What is installed in the reader's folder belongs to it: without a package.json there npm takes that of the nearest folder
 * above, such as a clone of normlab.
 */
export const ownPackage = [
  "package.json",
  Buffer.from(
    `${JSON.stringify(
      {
        private: true,
        description: "What your notebooks import: npm install NAME in this folder.",
        type: "module",
      },
      null,
      2,
    )}\n`,
  ),
] as const;

/** By JupyterLab's own marks: the source is hidden, and so are outputs that are there. */
function collapsed(cell: Cell): Cell {
  const jupyter = { ...cell.metadata.jupyter, source_hidden: true };
  const hasOutputs = (cell.outputs ?? []).length > 0;
  return { ...cell, metadata: { ...cell.metadata, ...(hasOutputs && { collapsed: true }), jupyter } };
}
