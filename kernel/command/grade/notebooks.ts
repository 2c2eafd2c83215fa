// What a grader reads in notebooks: the records that checkers leave, and which lesson a notebook is.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Notebook, readNotebook, sourceOf } from "../notebook.js";

/** The MIME type of a check's record. Said twice, as kernel/ and src/ never import each other; the tests grade real checks. */
const CHECK = "application/vnd.normlab.check+json";

export interface CheckRecord {
  readonly exercise: string;
  readonly status: string;
  readonly message: string;
}

function isRecord(value: unknown): value is CheckRecord {
  const { exercise, status } = (value ?? {}) as Partial<CheckRecord>;
  return typeof exercise === "string" && typeof status === "string";
}

/** The records that a notebook shows, in its order. */
export function recordsOf({ cells }: Notebook): CheckRecord[] {
  return cells
    .flatMap(({ outputs = [] }) => outputs)
    .map(({ data }) => data?.[CHECK])
    .filter(isRecord)
    .map(({ exercise, status, message }) => ({ exercise, status, message: String(message ?? "") }));
}

const quality = ["solved", "not right yet", "not solved yet"];

/** The best record of each exercise: whoever tries in one cell and succeeds in another has solved it. */
export function bestRecords(records: readonly CheckRecord[]): Map<string, CheckRecord> {
  const best = new Map<string, CheckRecord>();
  const rank = ({ status }: CheckRecord) => quality.indexOf(status) + 1 || quality.length + 1;
  for (const record of records) {
    const other = best.get(record.exercise);
    if (other === undefined || rank(record) < rank(other)) best.set(record.exercise, record);
  }
  return best;
}

/** Why no checker spoke of an exercise, as far as the cell that asks it says. */
export function whyMissing({ cells }: Notebook, exercise: string): string {
  const asks = cells.filter((cell) => sourceOf(cell).includes(`check.${exercise}(`));
  const error = asks.flatMap(({ outputs = [] }) => outputs).find(({ ename }) => typeof ename === "string");
  return error === undefined
    ? "No checker spoke of it."
    : `No checker spoke of it, as its cell ended with ${String(error.ename)}: ${String(error.evalue)}`;
}

/** Whether there is anything to grade. */
export const hasExercises = ({ cells }: Notebook) =>
  cells.some((cell) => cell.cell_type === "code" && /\bcheck\b/.test(sourceOf(cell)));

export interface Lesson {
  readonly ids: ReadonlySet<string>;
  /** The exercises that its notebook shows. */
  readonly exercises: readonly string[];
}

/** The lessons of the course that have exercises. */
export function lessonsIn(folder: string): Lesson[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .flatMap((name) => {
      const notebook = readNotebook(join(folder, name));
      const exercises = notebook === undefined ? [] : recordsOf(notebook).map(({ exercise }) => exercise);
      if (notebook === undefined || exercises.length === 0) return [];
      return [{ ids: new Set(notebook.cells.flatMap(({ id }) => id ?? [])), exercises }];
    });
}

/** The lesson that a notebook is, whatever its file is called: by the ids of its cells. */
export function lessonOf({ cells }: Notebook, lessons: readonly Lesson[]): Lesson | undefined {
  const shared = (lesson: Lesson) => cells.filter(({ id }) => id !== undefined && lesson.ids.has(id)).length;
  const [best] = [...lessons].sort((a, b) => shared(b) - shared(a));
  return best !== undefined && shared(best) >= best.exercises.length ? best : undefined;
}
