/** Results of experiments as the rows of a table. */

type Course = Readonly<Record<string, { readonly loss: unknown; readonly accuracy: unknown }>>;

/** What a table shows of an experiment's result. */
export interface RunResult {
  readonly key: string;
  readonly spec: object;
  readonly status: string;
  readonly steps: number;
  readonly evaluations: Course;
  readonly finally: Course;
}

export function isRunResult(value: unknown): value is RunResult {
  if (typeof value !== "object" || value === null) return false;
  const { key, spec, status, steps, evaluations } = value as Partial<RunResult>;
  return (
    typeof key === "string" &&
    typeof spec === "object" &&
    typeof status === "string" &&
    typeof steps === "number" &&
    typeof evaluations === "object"
  );
}

/** One row a run: the options of the specs that differ between the runs, status, steps, and the last loss and accuracy. */
export function runRecords(results: readonly RunResult[]): Record<string, unknown>[] {
  const specs = results.map(({ spec }) => leavesOf(spec));
  const paths = [...new Set(specs.flatMap((leaves) => [...leaves.keys()]))];
  const varying = paths.filter(
    (path) => new Set(specs.map((leaves) => JSON.stringify(leaves.get(path)))).size > 1,
  );
  return results.map((result, index) => ({
    ...Object.fromEntries(varying.map((path) => [path, specs[index].get(path)])),
    status: result.status,
    steps: result.steps,
    ...lastOf(result.evaluations),
    ...lastOf(result.finally ?? {}),
  }));
}

function lastOf(courses: Course): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(courses).flatMap(([part, { loss, accuracy }]) => [
      [`${part} loss`, last(loss)],
      [`${part} accuracy`, last(accuracy)],
    ]),
  );
}

const last = (values: unknown): unknown => (Array.isArray(values) ? values.at(-1) : values);

/** The options of a spec by their paths, as grid() takes them. */
function leavesOf(spec: object, path = ""): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [key, value] of Object.entries(spec)) {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof value !== "object" || value === null || Array.isArray(value)) leaves.set(here, value);
    else for (const [inner, leaf] of leavesOf(value, here)) leaves.set(inner, leaf);
  }
  return leaves;
}
