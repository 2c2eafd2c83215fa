// Doc comments of declarations. A start-up snapshot holds its declarations without them, which makes it a tenth smaller;
// a file's are read again when an editor asks for one of them.
import { type Documented, type TypeScript, ts } from "./typescript.js";

/** Files that hold no doc comments, though their texts have some. */
const bare = new WeakSet<TypeScript.SourceFile>();

/** What is deprecated stays so: TypeScript notes that apart. */
export function leaveOutDocumentation(file: TypeScript.SourceFile): void {
  const visit = (tree: Documented): void => {
    if (tree.jsDoc) tree.jsDoc = undefined;
    if (tree.jsDocCache) tree.jsDocCache = undefined;
    ts.forEachChild(tree, visit);
  };
  visit(file);
  bare.add(file);
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
