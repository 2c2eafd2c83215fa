// Doc comments of declarations. Their files are parsed without them, which takes two thirds of the time and makes a start-up
// snapshot a tenth smaller; a file's are read when an editor asks for one of them.
import { type Documented, type TypeScript, ts } from "./typescript.js";

/** Files that hold no doc comments, though their texts have some. */
const bare = new WeakSet<TypeScript.SourceFile>();

/** As TypeScript parses a file, but a file of declarations without its doc comments. */
export function parseBare(
  fileName: string,
  text: string,
  options: TypeScript.ScriptTarget | TypeScript.CreateSourceFileOptions,
): TypeScript.SourceFile {
  if (!/\.d\.[cm]?ts$/.test(fileName)) return ts.createSourceFile(fileName, text, options);
  const all = typeof options === "object" ? options : { languageVersion: options };
  const jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  const file = ts.createSourceFile(fileName, text, { ...all, jsDocParsingMode });
  bare.add(file);
  return file;
}

/** Reads what there is to read about declarations again: their own comments and those that they inherit. */
export function restoreDocumentation(
  declarations: readonly TypeScript.Declaration[] | undefined,
  checker: TypeScript.TypeChecker,
): void {
  const todo: TypeScript.Declaration[] = [...(declarations ?? [])];
  const seen = new Set<TypeScript.Declaration>();
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    restore(one.getSourceFile());
    for (const holder of [one, one.parent]) {
      if (!ts.isClassLike(holder) && !ts.isInterfaceDeclaration(holder)) continue;
      const inherited = holder.heritageClauses?.flatMap(({ types }) => types) ?? [];
      for (const type of inherited)
        todo.push(...(checker.getTypeAtLocation(type).symbol?.declarations ?? []));
    }
  }
}

function restore(file: TypeScript.SourceFile): void {
  if (!bare.delete(file)) return;
  const { fileName, text, languageVersion, impliedNodeFormat } = file;
  const again = ts.createSourceFile(fileName, text, { languageVersion, impliedNodeFormat }, true);
  take(file, again);
}

/** Both trees are of one text: they have the same shape. */
function take(tree: Documented, again: Documented): void {
  // Comments say what is deprecated; all else that the parser notes is there already.
  (tree as { flags: TypeScript.NodeFlags }).flags |= again.flags;
  if (again.jsDoc) {
    tree.jsDoc = again.jsDoc;
    tree.jsDocCache = undefined;
    for (const comment of again.jsDoc) (comment as { parent: TypeScript.Node }).parent = tree;
  }
  const children: TypeScript.Node[] = [];
  ts.forEachChild(again, (child) => {
    children.push(child);
  });
  let next = 0;
  ts.forEachChild(tree, (child) => {
    take(child, children[next++]);
  });
}
