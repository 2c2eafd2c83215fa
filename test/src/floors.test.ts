// The folders of src/ are floors: each imports only from those above it, and no files or folders import each other in a circle.
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

/** From the top: what stands on nothing comes first. Files of src/ itself, which name what is public, stand on all. */
const FLOORS = [
  "base",
  "host",
  "statistics",
  "figure",
  "plot",
  "report",
  "tensor",
  "nn",
  "data",
  "train",
  "explain",
  "experiments",
  "claims",
  "course",
];

const root = fileURLToPath(new URL("../../../src/", import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
  /** It leaves nothing behind when compiled. */
  readonly typeOnly: boolean;
}

/** Statements that name another file: `import … from "./x.js"`, `export … from`, `import "./x.js"`, `import("./x.js")`. */
const STATEMENT =
  /^(?:import|export)\s+(?:(type)\s)?([^;"]*?)(?:from\s*)?"(\.[^"]+)\.js"|\bimport\("(\.[^"]+)\.js"\)/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(root + file, "utf8");
  return [...text.matchAll(STATEMENT)].map(([, type, names, specifier, dynamic]) => ({
    from: file,
    to: `${posix.join(posix.dirname(file), specifier ?? dynamic)}.ts`,
    typeOnly: type !== undefined || onlyTypes(names ?? ""),
  }));
}

/** `{ type A, type B }` is gone when compiled; `{ type A, b }` is not. */
function onlyTypes(names: string): boolean {
  const listed = /^\{(.*)\}\s*$/s
    .exec(names.trim())?.[1]
    .split(",")
    .map((name) => name.trim());
  return listed?.filter((name) => name !== "").every((name) => name.startsWith("type ")) ?? false;
}

/** A walk that comes back to where it began, or undefined. */
function circleIn(edges: readonly (readonly [from: string, to: string])[]): string[] | undefined {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    if (from === to) continue;
    const targets = next.get(from) ?? new Set();
    next.set(from, targets.add(to));
  }
  const done = new Set<string>();
  const visit = (place: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(place)) return [...path.slice(path.indexOf(place)), place];
    if (done.has(place)) return undefined;
    for (const target of next.get(place) ?? []) {
      const circle = visit(target, [...path, place]);
      if (circle) return circle;
    }
    done.add(place);
    return undefined;
  };
  for (const place of next.keys()) {
    const circle = visit(place, []);
    if (circle) return circle;
  }
  return undefined;
}

describe("the floors of src/", () => {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !file.includes("/assembly/"));
  const imports = files.flatMap(importsOf);
  const floorOf = (file: string) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");

  it("are the folders that there are, and every import leads to a file", () => {
    const folders = new Set(files.map(floorOf).filter((floor) => floor !== ""));
    expect([...folders].filter((folder) => !FLOORS.includes(folder))).to.deep.equal([]);
    expect(imports.filter(({ to }) => !files.includes(to))).to.deep.equal([]);
    // A pattern that no longer finds imports would find no circle either.
    expect(imports.length).to.be.greaterThan(files.length);
  });

  it("import only from floors above them, types included", () => {
    const against = imports.filter(({ from, to }) => {
      const [own, other] = [floorOf(from), floorOf(to)];
      return own !== "" && (other === "" || FLOORS.indexOf(other) > FLOORS.indexOf(own));
    });
    expect(against.map(({ from, to }) => `${from} imports ${to}`)).to.deep.equal([]);
  });

  it("have no folders that import each other in a circle, types included", () => {
    const edges = imports.map(({ from, to }) => [posix.dirname(from), posix.dirname(to)] as const);
    expect(circleIn(edges)?.join(" → ")).to.equal(undefined);
  });

  it("have no files that import each other in a circle", () => {
    const edges = imports.filter(({ typeOnly }) => !typeOnly).map(({ from, to }) => [from, to] as const);
    expect(circleIn(edges)?.join(" → ")).to.equal(undefined);
  });

  it("meet Node in host/node/ only, and in the files that run nowhere else", () => {
    const onNodeOnly =
      /^(?:host\/node\/|figure\/worker\/|tensor\/wasm\/team-thread\.ts$|experiments\/command\/)/;
    const against = files.filter((file) => {
      const text = readFileSync(root + file, "utf8");
      return !onNodeOnly.test(file) && /^import (?!type\b)[^;]*?"node:|\bimport\("node:/m.test(text);
    });
    expect(against).to.deep.equal([]);
  });

  it("would be refused with a circle in them", () => {
    const edges = [
      ["a", "b"],
      ["b", "c"],
      ["c", "b"],
    ] as const;
    expect(circleIn(edges)).to.deep.equal(["b", "c", "b"]);
  });
});
