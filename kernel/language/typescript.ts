// TypeScript, and the members that it keeps out of its declarations and this folder needs. Nothing else names them:
// test/kernel/language/typescript.test.ts says which one is gone when a new version lacks it.
import type TypeScript from "typescript";
import typescript from "typescript";

export type { TypeScript };

/** Members of a source file that a program or the binder sets. */
export interface BoundSourceFile extends TypeScript.SourceFile {
  /** Top-level names, once bound. Look-up goes from a file to its `parent`, as from a block to its function. */
  locals?: TypeScript.SymbolTable;
  parent: BoundSourceFile;
  symbol?: TypeScript.Symbol;
  parseDiagnostics: TypeScript.DiagnosticWithLocation[];
  /** Every identifier that occurs in the text. */
  identifiers: Map<string, string>;
  /** The literals that name modules, once the file is part of a program. */
  imports?: readonly TypeScript.StringLiteralLike[];
  externalModuleIndicator?: TypeScript.Node | true;
  /** `// @ts-nocheck` has `enabled` false. */
  checkJsDirective?: { enabled: boolean };
  path: TypeScript.Path;
  resolvedPath: TypeScript.Path;
  originalFileName: string;
  /** Where the control flow of its top level ends. */
  endFlowNode?: FlowNode;
}

/** A step of TypeScript's control flow, from later to earlier ones. */
export interface FlowNode {
  flags: number;
  node?: unknown;
  antecedent?: FlowNode | FlowNode[];
}

/** A symbol of an exported declaration is two: one for the file and one for those who import it. */
export interface DeclaredSymbol extends TypeScript.Symbol {
  exportSymbol?: DeclaredSymbol;
  /** The namespace, enum or class that it is a member of, or the module that exports it. */
  parent?: DeclaredSymbol;
  /** Where it is last assigned to; negative when there is a plain assignment, ±Number.MAX_VALUE for anywhere. */
  lastAssignmentPos?: number;
}

/** What the binder notes at a node. */
export interface BoundNode extends TypeScript.Node {
  symbol?: DeclaredSymbol;
  localSymbol?: DeclaredSymbol;
  flowNode?: FlowNode;
}

/** A node that may have doc comments. */
export interface Documented extends TypeScript.Node {
  jsDoc?: TypeScript.JSDoc[] | undefined;
  /** Their tags, once somebody has asked. */
  jsDocCache?: readonly TypeScript.JSDocTag[] | undefined;
}

/** A checker that says what a name means at a place. */
export interface OpenChecker extends TypeScript.TypeChecker {
  resolveName(
    name: string,
    location: TypeScript.Node,
    meaning: TypeScript.SymbolFlags,
    excludeGlobals: boolean,
  ): TypeScript.Symbol | undefined;
  /** What an emit asks a checker; checks the file first. */
  getEmitResolver(file: TypeScript.SourceFile, cancellation: undefined): object;
}

/** A program whose resolutions of modules can be replaced; its checker asks it for them. */
export interface OpenProgram extends TypeScript.Program {
  getTypeChecker(): OpenChecker;
  getResolvedModule(
    file: TypeScript.SourceFile,
    name: string,
    mode: TypeScript.ResolutionMode,
  ): TypeScript.ResolvedModuleWithFailedLookupLocations | undefined;
}

/** What TypeScript's own editor service is made of, callable with any program: see completion.ts, inspection.ts. */
interface EditorInternals {
  /** The innermost node at a position; a name counts up to its end. */
  getTouchingPropertyName(file: TypeScript.SourceFile, position: number): TypeScript.Node;
  getContainerNode(tree: TypeScript.Node): TypeScript.Declaration | undefined;
  isInComment(file: TypeScript.SourceFile, position: number): object | undefined;
  typeToDisplayParts(
    checker: TypeScript.TypeChecker,
    type: TypeScript.Type,
    enclosing: TypeScript.Node | undefined,
  ): TypeScript.SymbolDisplayPart[];
  readonly Completions: {
    readonly SortText: { readonly LocationPriority: string };
    getCompletionsAtPosition(
      host: object,
      program: TypeScript.Program,
      log: (message: string) => void,
      file: TypeScript.SourceFile,
      position: number,
      preferences: TypeScript.UserPreferences,
      trigger: undefined,
      kind: TypeScript.CompletionTriggerKind,
      cancellation: TypeScript.CancellationToken & { throwIfCancellationRequested(): void },
      format: undefined,
      includeSymbol: boolean,
    ): TypeScript.CompletionInfo | undefined;
  };
  readonly SymbolDisplay: {
    getSymbolKind(
      checker: TypeScript.TypeChecker,
      symbol: TypeScript.Symbol,
      location: TypeScript.Node,
    ): TypeScript.ScriptElementKind;
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: TypeScript.TypeChecker,
      symbol: TypeScript.Symbol,
      file: TypeScript.SourceFile,
      enclosing: TypeScript.Node | undefined,
      location: TypeScript.Node,
      meaning?: number,
      alias?: TypeScript.Symbol,
      maximumLength?: number,
    ): {
      displayParts: TypeScript.SymbolDisplayPart[];
      documentation: TypeScript.SymbolDisplayPart[];
      symbolKind: TypeScript.ScriptElementKind;
      tags: TypeScript.JSDocTagInfo[] | undefined;
    };
  };
}

interface Internals extends EditorInternals {
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
  /** Where the next token starts. */
  skipTrivia(text: string, position: number): number;
  /** The expression without parentheses, assertions and `!`. */
  skipOuterExpressions(tree: TypeScript.Expression): TypeScript.Expression;
  /** 0 for what is not assigned to. */
  getAssignmentTargetKind(tree: TypeScript.Node): number;
  getRootDeclaration(tree: TypeScript.Node): TypeScript.Node;
  /** 0 for a namespace that holds nothing but types. */
  getModuleInstanceState(tree: TypeScript.ModuleDeclaration): number;
  isAssignmentOperator(kind: TypeScript.SyntaxKind): boolean;
  isIterationStatement(tree: TypeScript.Node, lookInLabels: boolean): tree is TypeScript.IterationStatement;
  isIdentifierPart(code: number, version: TypeScript.ScriptTarget): boolean;
  /** Whether a text may be written as a name. */
  isIdentifierText(text: string, version: TypeScript.ScriptTarget): boolean;
  findPrecedingToken(position: number, file: TypeScript.SourceFile): TypeScript.Node | undefined;
  emitFiles(
    resolver: object,
    host: object,
    file: TypeScript.SourceFile,
    transformers: {
      scriptTransformers: readonly (
        | TypeScript.TransformerFactory<TypeScript.SourceFile>
        | TypeScript.CustomTransformerFactory
      )[];
      declarationTransformers: readonly never[];
    },
  ): object;
  transformTypeScript: TypeScript.TransformerFactory<TypeScript.SourceFile>;
  transformJsx: TypeScript.TransformerFactory<TypeScript.SourceFile>;
  transformECMAScriptModule: TypeScript.TransformerFactory<TypeScript.SourceFile>;
}

const internals = [
  "bindSourceFile",
  "skipTrivia",
  "skipOuterExpressions",
  "getAssignmentTargetKind",
  "getRootDeclaration",
  "getModuleInstanceState",
  "isAssignmentOperator",
  "isIterationStatement",
  "isIdentifierPart",
  "isIdentifierText",
  "findPrecedingToken",
  "emitFiles",
  "transformTypeScript",
  "transformJsx",
  "transformECMAScriptModule",
  "getTouchingPropertyName",
  "getContainerNode",
  "isInComment",
  "typeToDisplayParts",
] as const satisfies readonly (keyof Internals)[];

const editorInternals = [
  ["Completions", "getCompletionsAtPosition"],
  ["SymbolDisplay", "getSymbolKind"],
  ["SymbolDisplay", "getSymbolDisplayPartsDocumentationAndSymbolKind"],
] as const;

/** The major version that this folder is written for: the last one with an API in JavaScript. */
const major = "6";

/** Says what a compiler lacks of what this folder is written for; empty when all is well. */
export function missingInternals(compiler: object): string[] {
  const found = compiler as Readonly<Record<string, unknown>>;
  const missing: string[] = internals
    .filter((name) => typeof found[name] !== "function")
    .map((name) => `no function ${name}`);
  for (const [name, member] of editorInternals) {
    const holder = found[name];
    const isThere =
      typeof holder === "object" && holder !== null && typeof Reflect.get(holder, member) === "function";
    if (!isThere) missing.push(`no function ${name}.${member}`);
  }
  const version = String(found.version);
  if (!version.startsWith(`${major}.`)) missing.unshift(`version ${version}, not ${major}`);
  return missing;
}

const missing = missingInternals(typescript);
if (missing.length > 0) {
  throw new Error(
    `The installed TypeScript does not fit this kernel: ${missing.join(", ")}. Install typescript@${major}.`,
  );
}

/** With the internals: `missingInternals` has seen that they are there. */
export const ts = typescript as typeof typescript & Internals;

/** Set at what is declared without being made; TypeScript keeps the flag's name to itself. */
export const ambientFlag = 1 << 25;
