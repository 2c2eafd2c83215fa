// A part of a large library, which stands for the whole until a cell needs more. The library of workers is as long as all
// other declarations that a page reads; cells mention `console` of it.
//
// The part declares some of the library's names in full. Of other types that declarations mention (AbortSignal in an
// option of normlab's) it has the names: an interface with one member that nothing else has, so that whatever is done with
// such a value but pass it on is an error. All else is missing, which is an error as well. So a cell that has nothing
// against it with the part has nothing against it with the whole, but for what `isEnoughFor` finds in its text.
import type { HostFiles, Platform } from "./host.js";
import { posix } from "./path.js";
import { type BoundSourceFile, type TypeScript, ts } from "./typescript.js";

/** Where a part falls short of its library. kernel/setup/library-part.js says so. */
export interface Limits {
  /** Names that are there without what they stand for, and names of members with such types: a text has none of them. */
  readonly opaque: readonly string[];
  /** Names of values and types, some of whose members have such types, and the members that are as in the library. */
  readonly guarded: Readonly<Record<string, readonly string[]>>;
}

export class LibraryPart {
  readonly #library: string;
  readonly #part: string;
  readonly #given: readonly string[];
  readonly #opaque: ReadonlySet<string>;
  readonly #guarded: ReadonlyMap<string, ReadonlySet<string>>;

  /** Undefined where the platform has none, and where its files are not there. */
  static of(platform: Platform, files: HostFiles): LibraryPart | undefined {
    const { part } = platform;
    if (part === undefined) return undefined;
    const limits = files.read(`${platform.library}/${part.limits}`);
    return limits === undefined ? undefined : new LibraryPart(platform, part, JSON.parse(limits));
  }

  private constructor(
    { library, provided }: Platform,
    part: NonNullable<Platform["part"]>,
    { opaque, guarded }: Limits,
  ) {
    this.#library = `${library}/${part.of}`;
    this.#part = `${library}/${part.declarations}`;
    this.#given = [library, ...Object.values(provided).map((file) => posix.dirname(file))];
    this.#opaque = new Set(["globalThis", ...opaque]);
    this.#guarded = new Map(Object.entries(guarded).map(([name, members]) => [name, new Set(members)]));
  }

  /** The file whose text is to be read for one of a program. */
  textOf(fileName: string): string {
    return fileName === this.#library ? this.#part : fileName;
  }

  /** Whether what a file means, and what is wrong with it, is the same as with the whole library. */
  isEnoughFor(file: BoundSourceFile): boolean {
    if (
      this.#given.some((folder) => file.fileName.startsWith(`${folder}/`)) ||
      file.fileName.endsWith(".json")
    )
      return true;
    // Nobody says what is wrong with other files of the reader's, or behind such a comment.
    const isChecked = /(?<!\.d)\.[cm]?tsx?$/.test(file.fileName) && !/@ts-/.test(file.text);
    if (!isChecked || isAugmenting(file)) return false;
    let hasGuarded = false;
    for (const name of file.identifiers.keys()) {
      if (this.#opaque.has(name)) return false;
      hasGuarded ||= this.#guarded.has(name);
    }
    return !hasGuarded || this.#isGuarded(file);
  }

  /** Whether all that is made of guarded names is `performance.now`, with members that are as in the library. */
  #isGuarded(tree: TypeScript.Node): boolean {
    if (ts.isPropertyAccessExpression(tree) && ts.isIdentifier(tree.expression)) {
      const members = this.#guarded.get(tree.expression.text);
      if (members) return members.has(tree.name.text);
    }
    if (ts.isIdentifier(tree)) return !this.#guarded.has(tree.text);
    return ts.forEachChild(tree, (child) => (this.#isGuarded(child) ? undefined : true)) === undefined;
  }
}

/** Whether a file adds to the global scope or to a module. */
export function isAugmenting(file: BoundSourceFile): boolean {
  return file.statements.some(
    (statement) =>
      ts.isModuleDeclaration(statement) &&
      (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0),
  );
}
