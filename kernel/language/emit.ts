// A cell's JavaScript, by TypeScript's own emit. It sets up a chain of transformers anew for each file, which for a short
// cell is most of the work, and of the memory that is left for the garbage collector: a cell without classes, decorators,
// `using` and markup goes through those only that may have something to do.
import { type BoundSourceFile, type OpenProgram, type TypeScript, ts } from "./typescript.js";

/** Whether a text may have what is translated for today's engines; true of some that have not. */
const mayNeedAll = /\b(?:class|using|accessor)\b|[@#]/;

/** What TypeScript's emit asks its program. */
const hosts = new WeakMap<OpenProgram, object>();

export interface Emitted {
  readonly js: string;
  /** The source map, as JSON. */
  readonly map: string;
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
  const host = hosts.get(program);
  const isPlain = file.languageVariant === ts.LanguageVariant.Standard && !mayNeedAll.test(file.text);
  if (host === undefined || !isPlain) emitWhole(program, file, own, write);
  else {
    const { before = [], after = [] } = own;
    const scriptTransformers = [...before, ts.transformTypeScript, ts.transformECMAScriptModule, ...after];
    const resolver = program.getTypeChecker().getEmitResolver(file, undefined);
    const transformers = { scriptTransformers, declarationTransformers: [] };
    ts.emitFiles(resolver, { ...host, writeFile: write }, file, transformers);
  }
  return emitted;
}

/** The emit as everybody calls it. The first one of a program shows what it is done with. */
export function emitWhole(
  program: OpenProgram,
  file: BoundSourceFile,
  own: TypeScript.CustomTransformers,
  write: (name: string, text: string) => void,
): void {
  const look: TypeScript.TransformerFactory<TypeScript.SourceFile> = (context) => {
    hosts.set(
      program,
      (context as TypeScript.TransformationContext & { getEmitHost(): object }).getEmitHost(),
    );
    return (tree) => tree;
  };
  program.emit(file, write, undefined, false, { ...own, before: [...(own.before ?? []), look] });
}
