// A cell's JavaScript, by TypeScript's own emit, with those of its transformers that the cell has something for. The whole
// chain is set up anew for each file, which for a short cell is most of the work, and of the memory that is left for the
// garbage collector. And TypeScript 6 lowers classes for ES2022 that need no lowering, some of them wrongly: in
// `class A { #p = 1; static s = new A() }` the static initializer reads a variable that is assigned after the class.
import { type BoundSourceFile, type OpenProgram, type TypeScript, ts } from "./typescript.js";

/** What engines lack has one of these in its text. */
const mayNeedLowering = /\b(?:using|accessor)\b|@/;

/** Whether a file has what engines lack: decorators, `using`, accessors. */
export function needsLowering(file: TypeScript.SourceFile): boolean {
  return mayNeedLowering.test(file.text) && hasNew(file);
}

function hasNew(tree: TypeScript.Node): boolean {
  const isNew =
    ts.isDecorator(tree) ||
    tree.kind === ts.SyntaxKind.AccessorKeyword ||
    (ts.isVariableDeclarationList(tree) && (tree.flags & ts.NodeFlags.Using) !== 0);
  return isNew || (ts.forEachChild(tree, (child) => hasNew(child) || undefined) ?? false);
}

type FileTransformer = TypeScript.TransformerFactory<TypeScript.SourceFile>;

/** What TypeScript's emit asks its program. */
const hosts = new WeakMap<OpenProgram, object>();

export interface Emitted {
  readonly js: string;
  /** The source map, as JSON. */
  readonly map: string;
}

/** The transformers for a file at the place of TypeScript's own; undefined for all of them. */
function transformersFor(file: TypeScript.SourceFile): readonly FileTransformer[] | undefined {
  if (needsLowering(file)) return undefined;
  const isMarkup = file.languageVariant === ts.LanguageVariant.JSX;
  return [ts.transformTypeScript, ...(isMarkup ? [ts.transformJsx] : []), ts.transformECMAScriptModule];
}

export function emit(
  program: OpenProgram,
  file: BoundSourceFile,
  own: TypeScript.CustomTransformers,
): Emitted {
  const emitted = { js: "", map: "" };
  const write = (name: string, text: string) => {
    emitted[name.endsWith(".map") ? "map" : "js"] = text;
  };
  const chosen = transformersFor(file);
  if (chosen === undefined) program.emit(file, write, undefined, false, own);
  else {
    const { before = [], after = [] } = own;
    const resolver = program.getTypeChecker().getEmitResolver(file, undefined);
    const transformers = {
      scriptTransformers: [...before, ...chosen, ...after],
      declarationTransformers: [],
    };
    ts.emitFiles(resolver, { ...hostOf(program, file), writeFile: write }, file, transformers);
  }
  return emitted;
}

/** An emit of nothing shows what a program's emit is done with. */
function hostOf(program: OpenProgram, file: BoundSourceFile): object {
  const known = hosts.get(program);
  if (known) return known;
  let host: object = {};
  const look: FileTransformer = (context) => {
    host = (context as TypeScript.TransformationContext & { getEmitHost(): object }).getEmitHost();
    return (tree) => ts.factory.updateSourceFile(tree, []);
  };
  program.emit(file, () => {}, undefined, false, { before: [look] });
  hosts.set(program, host);
  return host;
}
