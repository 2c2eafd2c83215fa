// normlab grade: runs handed-in notebooks again and says, exercise by exercise, what the checkers say of them.
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { kernelName } from "../../spec/kernelspec.js";
import { reasonOf, writeWhole } from "../files.js";
import { findKernel } from "../installed.js";
import { readNotebook } from "../notebook.js";
import { Problem } from "../problem.js";
import { pythonWith } from "../python.js";
import { ofJupyter, PythonProgram } from "../scripts.js";
import { csvRow } from "./csv.js";
import {
  bestRecords,
  hasExercises,
  type Lesson,
  lessonOf,
  lessonsIn,
  recordsOf,
  whyMissing,
} from "./notebooks.js";

export interface GradeCommand {
  readonly packageRoot: string;
  /** One handed-in folder each. */
  readonly folders: readonly string[];
  /** The file that the rows go to; standard output when absent. */
  readonly output?: string;
  /** Where the notebooks stay as they were when they had run. */
  readonly keep?: string;
  /** How long a cell may run (s). */
  readonly timeout: number;
  readonly python?: string;
  /** Takes a row of the table, as it comes. */
  readonly print: (row: string) => void;
  /** Is told how far it is. */
  readonly tell: (message: string) => void;
}

/** What grading a folder takes; `runs` is execute.py of kernel/jupyter/, in a Python that has Jupyter. */
type Grading = Pick<GradeCommand, "packageRoot" | "timeout" | "keep" | "tell"> & {
  readonly runs: PythonProgram;
};

export interface Grade {
  readonly submission: string;
  readonly notebook: string;
  readonly exercise: string;
  /** A checker's word, or "missing" or "failed". */
  readonly status: string;
  readonly message: string;
}

const header = ["submission", "notebook", "exercise", "status", "message"];
const rowOf = ({ submission, notebook, exercise, status, message }: Grade) =>
  csvRow([submission, notebook, exercise, status, message]);

/** Folders that hold no work of the student's. */
const left = new Set(["node_modules", "solutions", "results", "__pycache__"]);
const isOfStudent = (name: string) => !name.startsWith(".") && !left.has(name);

function notebooksBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => isOfStudent(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return notebooksBelow(path);
      return entry.isFile() && entry.name.endsWith(".ipynb") ? [path] : [];
    })
    .sort();
}

interface Executed {
  readonly refused?: string;
  readonly failure?: { readonly cell: number; readonly name: string; readonly message: string };
}

/** Grades one notebook in a copy of its folder: what its cells write is thrown away, and the course's results are its own. */
async function gradeNotebook(
  file: string,
  copy: string,
  lesson: Lesson | undefined,
  { packageRoot, timeout, runs }: Grading,
): Promise<{ grades: Pick<Grade, "exercise" | "status" | "message">[]; executed: string }> {
  const here = dirname(join(copy, file));
  if (lesson !== undefined)
    cpSync(join(packageRoot, "notebooks", "results"), join(here, "results"), {
      recursive: true,
      force: true,
    });
  const executed = join(copy, `${file}.executed.ipynb`);
  const request = {
    ...{ source: join(copy, file), target: executed, folder: here },
    ...{ every: true, timeout, ...(lesson !== undefined && { kernel: kernelName }) },
  };
  const { refused, failure } = (await runs.ask(request)) as Executed;
  const failed = (message: string) => ({ exercise: "", status: "failed", message });
  if (refused !== undefined) return { grades: [failed(`It was not run: ${refused}`)], executed };
  const ran = readNotebook(executed) ?? { cells: [] };
  const records = bestRecords(recordsOf(ran));
  const missing = (lesson?.exercises ?? []).filter((exercise) => !records.has(exercise));
  return {
    grades: [
      ...records.values(),
      ...missing.map((exercise) => ({
        exercise,
        status: "missing",
        message: whyMissing(ran, exercise),
      })),
      ...(failure === undefined ? [] : [failed(`Cell ${failure.cell}: ${failure.name}: ${failure.message}`)]),
      ...(records.size + missing.length === 0 && failure === undefined ? [failed("No checker spoke.")] : []),
    ],
    executed,
  };
}

function checkFolder(folder: string): void {
  if (!existsSync(folder)) throw new Problem(`There is no folder ${folder}.`);
  if (!statSync(folder).isDirectory())
    throw new Problem(`${folder} is a file: name the folder that was handed in, with its notebooks.`);
}

/**
 * Grades every folder.
 * @returns whether every exercise is solved
 * @throws {Problem} when a folder, the output or the kernel is not there: before anything runs
 */
export async function grade(command: GradeCommand): Promise<boolean> {
  const { packageRoot, output, keep, timeout, print, tell } = command;
  const folders = [...new Set(command.folders.map((folder) => resolve(folder)))];
  folders.forEach(checkFolder);
  const python = pythonWith("nbconvert", command.python, "grade");
  if (!python.dataPath.some((path) => findKernel(join(path, "kernels", kernelName)) !== undefined))
    throw new Problem(
      `The Jupyter of ${python.executable} does not know the kernel: normlab install --python ${python.executable}, or name another Python: normlab grade … --python PATH.`,
    );
  const rows: string[] = [];
  const write = (row: string) => {
    rows.push(row);
    if (output === undefined) print(row);
    else writeRows(output, rows);
  };
  write(csvRow(header));
  const lessons = lessonsIn(join(packageRoot, "notebooks"));
  // Two folders of one name, such as a/work and b/work, are told apart by their paths.
  const names = folders.map((folder) => basename(folder));
  const nameOf = (folder: string) =>
    names.filter((name) => name === basename(folder)).length > 1 ? relative(".", folder) : basename(folder);
  const runs = new PythonProgram(python.executable, ofJupyter(packageRoot, "execute.py"));
  const grading = { packageRoot, timeout, runs, keep, tell };
  let isAllSolved = true;
  try {
    for (const folder of folders) {
      const submission = nameOf(folder);
      const grades = await gradeFolder(folder, lessons, grading);
      for (const each of grades) write(rowOf({ submission, ...each }));
      const solved = grades.filter(({ status }) => status === "solved").length;
      tell(`${submission}: ${solved} of ${grades.length} solved`);
      isAllSolved &&= solved === grades.length;
    }
  } finally {
    runs.end();
  }
  return isAllSolved;
}

function writeRows(output: string, rows: readonly string[]): void {
  try {
    writeWhole(output, (unfinished) => writeFileSync(unfinished, rows.join("")));
  } catch (error) {
    throw new Problem(`The grades cannot be written to ${output}: ${reasonOf(error)}.`);
  }
}

async function gradeFolder(
  folder: string,
  lessons: readonly Lesson[],
  options: Grading,
): Promise<Omit<Grade, "submission">[]> {
  const { keep, tell } = options;
  const notebooks = notebooksBelow(folder).map((path) => ({
    file: relative(folder, path),
    notebook: readNotebook(path),
  }));
  const graded = notebooks.filter(({ notebook }) => notebook === undefined || hasExercises(notebook));
  if (graded.length === 0)
    return [
      { notebook: "", exercise: "", status: "missing", message: "There is no notebook with exercises." },
    ];
  const copy = mkdtempSync(join(tmpdir(), "normlab-grade-"));
  try {
    cpSync(folder, copy, {
      recursive: true,
      filter: (path) => path === folder || isOfStudent(basename(path)),
    });
    const grades: Omit<Grade, "submission">[] = [];
    for (const { file, notebook } of graded) {
      if (notebook === undefined) {
        grades.push({ notebook: file, exercise: "", status: "failed", message: "It is no notebook." });
        continue;
      }
      tell(`${join(basename(folder), file)} …`);
      const { grades: own, executed } = await gradeNotebook(file, copy, lessonOf(notebook, lessons), options);
      grades.push(...own.map((each) => ({ notebook: file, ...each })));
      if (keep !== undefined && existsSync(executed))
        cpSync(executed, join(resolve(keep), basename(folder), file), { recursive: true });
    }
    return grades;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
