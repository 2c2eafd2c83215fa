// A source of the project as something that can be run: TypeScript to JavaScript as tsc does it, then the JavaScript
// module to a function, with what the language says of modules kept: imports and exports are live, names are there from
// the start and throw before they have a value, functions of a circle are there at once, `await` at the top works.
//
//   import { a } from "./a.js";          (function* ($export, $import, $meta, $loops, require, …, a_1) { "use strict";
//   export let n = a();          ->          $export({ n: () => n, default: () => default_1 });
//   export default n + 1;                    [a_1] = yield;
//                                            let n = (0, a_1.a)();
//                                            const default_1 = n + 1; })
//
// Up to `yield` the module is linked, behind it it is evaluated. One that awaits is an async generator. References to
// imports are found by symbol; all other names stay as they are written.
import remapping from "@jridgewell/remapping";
import { needsLowering } from "./emit.js";
import { checkedLoop, LoopRewriter, type LoopState } from "./transform/loops.js";
import { type BoundSourceFile, type TypeScript, ts } from "./typescript.js";

/** What one import or re-export asks for. */
export interface Request {
  readonly specifier: string;
}

export type ExportBinding =
  /** A name of the module itself, that its own `$export` gives. */
  | { readonly kind: "local"; readonly name: string }
  /** `export { imported as name } from`; `imported` is undefined for the whole namespace. */
  | { readonly kind: "indirect"; readonly name: string; readonly request: number; readonly imported?: string }
  | { readonly kind: "star"; readonly request: number };

export interface CompiledModule {
  readonly kind: "module";
  readonly requests: readonly Request[];
  /** The names that it imports, but for whole namespaces. */
  readonly imports: readonly { readonly request: number; readonly name: string }[];
  readonly exports: readonly ExportBinding[];
  readonly awaits: boolean;
  /** The requests whose whole namespace it imports. */
  readonly wholes: readonly number[];
  /**
   * A generator expression with the parameters $export, $import, $meta, $loops, require, __filename, __dirname, what each
   * request exports, and the namespace of each of `wholes`. It has those that are known when it is linked, and is given
   * all when it goes on.
   */
  readonly script: string;
  readonly map: string;
}

/** A CommonJS module. */
export interface CompiledScript {
  readonly kind: "script";
  /** A function expression with the parameters exports, require, module, __filename, __dirname, $import, $meta, $loops. */
  readonly script: string;
  readonly map: string;
}

export interface ProjectFileOptions {
  /** Of the project's tsconfig.json. */
  readonly options: TypeScript.CompilerOptions;
  /** Whether the file is an ES module even if nothing in it says so. */
  isModulePackage(): boolean;
}

export function compileProjectFile(
  file: string,
  text: string,
  { options, isModulePackage }: ProjectFileOptions,
): CompiledModule | CompiledScript {
  const compilerOptions = emitOptions(options, ts.createSourceFile(file, text, ts.ScriptTarget.ES2022));
  const isScript = /\.c[jt]s$/.test(file) || !(isModule(file, text) || isModulePackage());
  compilerOptions.module = isScript ? ts.ModuleKind.CommonJS : ts.ModuleKind.Preserve;
  if (!isScript) compilerOptions.moduleDetection = ts.ModuleDetectionKind.Force;
  const first = ts.transpileModule(text, { fileName: file, compilerOptions });
  const javascript = withoutMapUrl(first.outputText);
  const second = transformed(javascript, isScript);
  const map = remapping([second.map, first.sourceMapText ?? ""], () => null).toString();
  return { ...second, map };
}

/** Those of a tsconfig.json's options that say what a file's text means. */
function emitOptions(
  options: TypeScript.CompilerOptions,
  file: TypeScript.SourceFile,
): TypeScript.CompilerOptions {
  const { jsxFactory, jsxFragmentFactory, jsxImportSource } = options;
  const { experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields } = options;
  return {
    target: needsLowering(file) ? ts.ScriptTarget.ES2022 : ts.ScriptTarget.ESNext,
    sourceMap: true,
    allowJs: true,
    newLine: ts.NewLineKind.LineFeed,
    esModuleInterop: true,
    jsx: options.jsx ?? ts.JsxEmit.React,
    jsxFactory,
    jsxFragmentFactory,
    jsxImportSource,
    experimentalDecorators,
    emitDecoratorMetadata,
    useDefineForClassFields,
  };
}

/** Whether a file is a module: by its name, by its imports and exports, or as it awaits at its top. */
function isModule(file: string, text: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  const plain = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) as BoundSourceFile;
  if (ts.isExternalModule(plain)) {
    // `import fs = require("fs")` and `export =` alone make a CommonJS module of it.
    return plain.statements.some((statement) => !isCommonJs(statement) && isModuleStatement(statement));
  }
  if (plain.parseDiagnostics.length === 0) return false;
  const asModule = ts.createSourceFile(file, text, moduleSource) as BoundSourceFile;
  return asModule.parseDiagnostics.length < plain.parseDiagnostics.length && awaitsAtTop(asModule);
}

const isCommonJs = (statement: TypeScript.Statement) =>
  (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)) ||
  (ts.isExportAssignment(statement) && statement.isExportEquals === true);

const isModuleStatement = (statement: TypeScript.Statement) =>
  ts.isImportDeclaration(statement) ||
  ts.isExportDeclaration(statement) ||
  ts.isExportAssignment(statement) ||
  hasExport(statement);

const hasExport = (tree: TypeScript.Node) =>
  ts.canHaveModifiers(tree) &&
  (ts.getModifiers(tree)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);

const moduleSource: TypeScript.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.ES2022,
  setExternalModuleIndicator: (file) => {
    (file as BoundSourceFile).externalModuleIndicator ??= true;
  },
};

function awaitsAtTop(tree: TypeScript.Node): boolean {
  if (ts.isFunctionLike(tree) || ts.isClassStaticBlockDeclaration(tree)) return false;
  if (ts.isPropertyDeclaration(tree)) return ts.isComputedPropertyName(tree.name) && awaitsAtTop(tree.name);
  if (ts.isAwaitExpression(tree) || (ts.isForOfStatement(tree) && tree.awaitModifier)) return true;
  if (ts.isVariableDeclarationList(tree)) {
    const { AwaitUsing, BlockScoped } = ts.NodeFlags;
    if ((tree.flags & BlockScoped) === AwaitUsing) return true;
  }
  return ts.forEachChild(tree, (child) => awaitsAtTop(child) || undefined) ?? false;
}

const withoutMapUrl = (javascript: string) => javascript.replace(/\/\/# sourceMappingURL=.*\s*$/, "");

const compiledName = "/compiled.js";

/** The second step, on plain JavaScript. */
function transformed(javascript: string, isScript: boolean): CompiledModule | CompiledScript {
  const file = ts.createSourceFile(compiledName, javascript, {
    ...(isScript ? { languageVersion: ts.ScriptTarget.ES2022 } : moduleSource),
  });
  const program = ts.createProgram({
    rootNames: [compiledName],
    options: {
      // What engines lack is lowered already.
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      allowJs: true,
      noLib: true,
      noResolve: true,
      types: [],
      sourceMap: true,
      newLine: ts.NewLineKind.LineFeed,
      outDir: "/out",
    },
    host: {
      getSourceFile: (name) => (name === compiledName ? file : undefined),
      getDefaultLibFileName: () => "/lib.d.ts",
      getCurrentDirectory: () => "/",
      getCanonicalFileName: (name) => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      writeFile: () => {},
      fileExists: (name) => name === compiledName,
      readFile: () => undefined,
    },
  });
  let outline: Outline | undefined;
  let script = "";
  let map = "";
  program.emit(
    file,
    (name, text) => {
      if (name.endsWith(".map")) map = text;
      else script = withoutMapUrl(text).replace(/;\s*$/, "");
    },
    undefined,
    false,
    {
      before: [
        (context) => (source) => {
          const transform = new ModuleTransform(context, program.getTypeChecker());
          const made = isScript ? transform.script(source) : transform.module(source);
          outline = transform.outline;
          return made;
        },
      ],
      after: [() => withoutEmptyExport],
    },
  );
  if (isScript || !outline) return { kind: "script", script, map };
  return { kind: "module", ...outline, script, map };
}

/** TypeScript puts `export {}` where a module has come to export nothing. */
function withoutEmptyExport(file: TypeScript.SourceFile): TypeScript.SourceFile {
  return ts.factory.updateSourceFile(
    file,
    file.statements.filter((statement) => !ts.isExportDeclaration(statement)),
  );
}

interface Outline {
  requests: Request[];
  imports: { request: number; name: string }[];
  exports: ExportBinding[];
  awaits: boolean;
  wholes: number[];
}

class ModuleTransform {
  readonly outline: Outline = { requests: [], imports: [], exports: [], awaits: false, wholes: [] };
  readonly #f: TypeScript.NodeFactory;
  readonly #loops: LoopRewriter;
  /** Parameters that stand for `import()`, `import.meta` and what loops look at, named as nothing in the file is. */
  readonly #given: Record<"import" | "meta" | "loops", TypeScript.Identifier>;
  /** The parameter that holds what each request exports. */
  readonly #namespaces: TypeScript.Identifier[] = [];
  /** The parameters that hold whole namespaces, in the order of `outline.wholes`. */
  readonly #wholes: TypeScript.Identifier[] = [];
  /** What an imported name stands for, by the symbol of its import: a whole namespace where `exported` is undefined. */
  readonly #imported = new Map<TypeScript.Symbol, { request: number; exported: string | undefined }>();
  readonly #getters: TypeScript.PropertyAssignment[] = [];
  /** Accesses that stand for an imported name: called without `this`. */
  readonly #detached = new WeakSet<TypeScript.Node>();

  constructor(
    private readonly context: TypeScript.TransformationContext,
    private readonly checker: TypeScript.TypeChecker,
  ) {
    const { factory } = context;
    this.#f = factory;
    this.#given = {
      import: factory.createUniqueName("import"),
      meta: factory.createUniqueName("meta"),
      loops: factory.createUniqueName("loops"),
    };
    const member = (name: keyof LoopState) => factory.createPropertyAccessExpression(this.#given.loops, name);
    this.#loops = new LoopRewriter(factory, {
      stop: () => member("stop"),
      check: () => member("check"),
      checkCell: () => member("checkCell"),
    });
  }

  /** exports, require, module, __filename, __dirname, $import, $meta, $loops => { … } */
  script(file: TypeScript.SourceFile): TypeScript.SourceFile {
    const names = ["exports", "require", "module", "__filename", "__dirname"];
    const statements = this.#visitAll(file.statements);
    return this.#wrapped(file, [...names, ...Object.values(this.#given)], statements, {});
  }

  module(file: TypeScript.SourceFile): TypeScript.SourceFile {
    const f = this.#f;
    refuseRedeclarations(file);
    for (const statement of file.statements) this.#collect(statement);
    this.outline.awaits = awaitsAtTop(file);
    const hoisted: TypeScript.Statement[] = [];
    const body = file.statements.flatMap((statement) => this.#topLevel(statement, hoisted));
    const exported = f.createUniqueName("export");
    const link = f.createExpressionStatement(
      f.createCallExpression(exported, undefined, [f.createObjectLiteralExpression(this.#getters, true)]),
    );
    const resumed = f.createYieldExpression(undefined, undefined);
    const given = [...this.#namespaces, ...this.#wholes];
    const pause = f.createExpressionStatement(
      given.length === 0 ? resumed : f.createAssignment(f.createArrayLiteralExpression(given), resumed),
    );
    const parameters = [
      exported,
      ...Object.values(this.#given),
      ...["require", "__filename", "__dirname"].map((name) =>
        this.#declares(file as BoundSourceFile, name) ? f.createUniqueName(name) : name,
      ),
      ...given,
    ];
    return this.#wrapped(file, parameters, [...hoisted, link, pause, ...body], {
      modifiers: this.outline.awaits ? [f.createModifier(ts.SyntaxKind.AsyncKeyword)] : [],
      asterisk: f.createToken(ts.SyntaxKind.AsteriskToken),
      strict: true,
    });
  }

  #declares(file: BoundSourceFile, name: string): boolean {
    return file.locals?.has(ts.escapeLeadingUnderscores(name)) ?? false;
  }

  #wrapped(
    file: TypeScript.SourceFile,
    parameters: readonly (string | TypeScript.Identifier)[],
    statements: readonly TypeScript.Statement[],
    how: { modifiers?: TypeScript.Modifier[]; asterisk?: TypeScript.AsteriskToken; strict?: boolean },
  ): TypeScript.SourceFile {
    const f = this.#f;
    const prologue = how.strict ? [f.createExpressionStatement(f.createStringLiteral("use strict"))] : [];
    const made = f.createFunctionExpression(
      how.modifiers,
      how.asterisk,
      undefined,
      undefined,
      parameters.map((name) => f.createParameterDeclaration(undefined, undefined, name)),
      undefined,
      f.createBlock([...prologue, ...statements], true),
    );
    const whole = f.createExpressionStatement(f.createParenthesizedExpression(made));
    return f.updateSourceFile(file, ts.setTextRange(f.createNodeArray([whole]), file.statements));
  }

  // ---- what the module imports and exports

  #request(specifier: TypeScript.Expression): number {
    if (!ts.isStringLiteralLike(specifier)) throw new SyntaxError("A module is named by a string.");
    const known = this.outline.requests.findIndex((request) => request.specifier === specifier.text);
    if (known >= 0) return known;
    this.#namespaces.push(this.#f.createUniqueName(wordOf(specifier.text)));
    return this.outline.requests.push({ specifier: specifier.text }) - 1;
  }

  #collect(statement: TypeScript.Statement): void {
    if (ts.isImportDeclaration(statement)) this.#collectImport(statement);
    else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier)
      this.#collectReExport(statement, statement.moduleSpecifier);
  }

  #collectImport({ importClause, moduleSpecifier }: TypeScript.ImportDeclaration): void {
    const request = this.#request(moduleSpecifier);
    if (importClause?.name) this.#import(importClause.name, request, "default");
    const bindings = importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) this.#import(bindings.name, request, undefined);
    if (bindings && ts.isNamedImports(bindings)) {
      for (const { name, propertyName } of bindings.elements)
        this.#import(name, request, (propertyName ?? name).text);
    }
  }

  #import(name: TypeScript.Identifier, request: number, exported: string | undefined): void {
    const symbol = this.checker.getSymbolAtLocation(name);
    if (symbol) this.#imported.set(symbol, { request, exported });
    const { imports, wholes } = this.outline;
    if (exported !== undefined) imports.push({ request, name: exported });
    else if (!wholes.includes(request)) {
      wholes.push(request);
      this.#wholes.push(this.#f.createUniqueName(name.text));
    }
  }

  /** `namespace.exported` for a reference to an imported name; undefined for other symbols. */
  #reference(symbol: TypeScript.Symbol | undefined): TypeScript.Expression | undefined {
    const imported = symbol && this.#imported.get(symbol);
    if (!imported) return undefined;
    const f = this.#f;
    const { exported } = imported;
    if (exported === undefined) return this.#wholes[this.outline.wholes.indexOf(imported.request)];
    const namespace = this.#namespaces[imported.request];
    const access = ts.isIdentifierText(exported, ts.ScriptTarget.ES2022)
      ? f.createPropertyAccessExpression(namespace, exported)
      : f.createElementAccessExpression(namespace, f.createStringLiteral(exported));
    this.#detached.add(access);
    return access;
  }

  #collectReExport({ exportClause }: TypeScript.ExportDeclaration, specifier: TypeScript.Expression): void {
    const request = this.#request(specifier);
    const { exports } = this.outline;
    if (!exportClause) exports.push({ kind: "star", request });
    else if (ts.isNamespaceExport(exportClause))
      exports.push({ kind: "indirect", name: exportClause.name.text, request });
    else
      for (const { name, propertyName } of exportClause.elements)
        exports.push({ kind: "indirect", name: name.text, request, imported: (propertyName ?? name).text });
  }

  /** `name: () => value` for `$export`. */
  #export(name: string, value: TypeScript.Expression): void {
    const f = this.#f;
    this.outline.exports.push({ kind: "local", name });
    const key =
      name === "__proto__" || !ts.isIdentifierText(name, ts.ScriptTarget.ES2022)
        ? f.createComputedPropertyName(f.createStringLiteral(name))
        : f.createIdentifier(name);
    const arrow = f.createArrowFunction(
      undefined,
      undefined,
      [],
      undefined,
      f.createToken(ts.SyntaxKind.EqualsGreaterThanToken),
      ts.isObjectLiteralExpression(value) ? f.createParenthesizedExpression(value) : value,
    );
    this.#getters.push(f.createPropertyAssignment(key, arrow));
  }

  // ---- statements at the top

  #topLevel(statement: TypeScript.Statement, hoisted: TypeScript.Statement[]): TypeScript.Statement[] {
    const f = this.#f;
    if (ts.isImportDeclaration(statement)) return [];
    if (ts.isExportDeclaration(statement)) {
      this.#exportNames(statement);
      return [];
    }
    if (ts.isExportAssignment(statement)) {
      const name = f.createUniqueName("default");
      this.#export("default", name);
      return [this.#constant(statement, name, this.#named(this.#visitExpression(statement.expression)))];
    }
    if (!hasExport(statement)) return this.#visitAll([statement]);
    if (ts.isVariableStatement(statement)) {
      for (const name of declaredNames(statement.declarationList))
        this.#export(name, f.createIdentifier(name));
      const list = this.#visitNode(statement.declarationList, ts.isVariableDeclarationList);
      return [f.updateVariableStatement(statement, withoutExport(statement), list)];
    }
    if (ts.isFunctionDeclaration(statement)) return this.#exportedFunction(statement, hoisted);
    if (ts.isClassDeclaration(statement)) return this.#exportedClass(statement);
    return this.#visitAll([statement]);
  }

  #exportNames({ exportClause, moduleSpecifier }: TypeScript.ExportDeclaration): void {
    if (moduleSpecifier || !exportClause || !ts.isNamedExports(exportClause)) return;
    for (const element of exportClause.elements) {
      const { name, propertyName } = element;
      const local = propertyName ?? name;
      const symbol = this.checker.getExportSpecifierLocalTargetSymbol(element);
      // The name of a type that TypeScript could not know for one.
      if (!symbol) continue;
      const imported = this.#imported.get(symbol);
      if (!imported) this.#export(name.text, this.#f.createIdentifier(local.text));
      else {
        const { request, exported } = imported;
        this.outline.exports.push({ kind: "indirect", name: name.text, request, imported: exported });
      }
    }
  }

  #exportedFunction(
    statement: TypeScript.FunctionDeclaration,
    hoisted: TypeScript.Statement[],
  ): TypeScript.Statement[] {
    const f = this.#f;
    const { asteriskToken, name, parameters, body } = this.#visitNode(statement, ts.isFunctionDeclaration);
    const modifiers = withoutExport(statement);
    if (name) {
      this.#export(isDefault(statement) ? "default" : ts.idText(name), f.createIdentifier(ts.idText(name)));
      return [
        f.updateFunctionDeclaration(
          statement,
          modifiers,
          asteriskToken,
          name,
          undefined,
          parameters,
          undefined,
          body,
        ),
      ];
    }
    const made = f.createFunctionExpression(
      modifiers,
      asteriskToken,
      undefined,
      undefined,
      parameters,
      undefined,
      body ?? f.createBlock([]),
    );
    const unique = f.createUniqueName("default");
    this.#export("default", unique);
    hoisted.push(this.#constant(statement, unique, this.#named(made)));
    return [];
  }

  #exportedClass(statement: TypeScript.ClassDeclaration): TypeScript.Statement[] {
    const f = this.#f;
    const { name, heritageClauses, members } = this.#visitNode(statement, ts.isClassDeclaration);
    const modifiers = withoutExport(statement);
    if (name) {
      this.#export(isDefault(statement) ? "default" : ts.idText(name), f.createIdentifier(ts.idText(name)));
      return [f.updateClassDeclaration(statement, modifiers, name, undefined, heritageClauses, members)];
    }
    const made = f.createClassExpression(modifiers, undefined, undefined, heritageClauses, members);
    const unique = f.createUniqueName("default");
    this.#export("default", unique);
    return [this.#constant(statement, unique, this.#named(made))];
  }

  #constant(
    statement: TypeScript.Statement,
    name: TypeScript.Identifier,
    value: TypeScript.Expression,
  ): TypeScript.Statement {
    const f = this.#f;
    const list = f.createVariableDeclarationList(
      [f.createVariableDeclaration(name, undefined, undefined, value)],
      ts.NodeFlags.Const,
    );
    return ts.setTextRange(f.createVariableStatement(undefined, list), statement);
  }

  /** A function or class without a name has that of its export: `({ default: () => {} }).default`. */
  #named(value: TypeScript.Expression): TypeScript.Expression {
    const f = this.#f;
    const inner = ts.skipOuterExpressions(value);
    const isAnonymous =
      ts.isArrowFunction(inner) ||
      ((ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) && !inner.name);
    if (!isAnonymous) return value;
    const object = f.createObjectLiteralExpression([f.createPropertyAssignment("default", value)]);
    return f.createPropertyAccessExpression(f.createParenthesizedExpression(object), "default");
  }

  // ---- everything below

  #visitAll(statements: readonly TypeScript.Statement[]): TypeScript.Statement[] {
    return statements.flatMap((statement) => [this.#visit(statement)].flat()).filter(ts.isStatement);
  }

  #visitExpression(tree: TypeScript.Expression): TypeScript.Expression {
    return this.#visitNode(tree, ts.isExpression);
  }

  #visitNode<T extends TypeScript.Node>(tree: T, test: (tree: TypeScript.Node) => tree is T): T {
    const visited = ts.visitNode(tree, this.#visit, test);
    if (!visited || !test(visited)) throw new Error(`The transform lost a ${ts.SyntaxKind[tree.kind]}.`);
    return visited;
  }

  readonly #visit = (tree: TypeScript.Node): TypeScript.Node | TypeScript.Node[] => {
    if (ts.isFunctionLike(tree) || ts.isClassStaticBlockDeclaration(tree))
      return this.#loops.inFunction(() => this.#visitOther(tree));
    const loop = checkedLoop(this.#loops, tree, (inner) =>
      ts.visitEachChild(inner, this.#visit, this.context),
    );
    return loop ?? this.#visitOther(tree);
  };

  #visitOther(tree: TypeScript.Node): TypeScript.Node {
    const f = this.#f;
    if (ts.isIdentifier(tree)) return this.#identifier(tree);
    if (ts.isShorthandPropertyAssignment(tree)) return this.#shorthand(tree);
    if (ts.isMetaProperty(tree) && tree.keywordToken === ts.SyntaxKind.ImportKeyword) return this.#given.meta;
    const visited = ts.visitEachChild(tree, this.#visit, this.context);
    if (ts.isCallExpression(visited)) {
      if (visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const callee = this.#given.import;
        return f.updateCallExpression(visited, callee, undefined, visited.arguments);
      }
      const callee = this.#callee(visited.expression);
      if (ts.isCallChain(visited))
        return f.updateCallChain(visited, callee, visited.questionDotToken, undefined, visited.arguments);
      return f.updateCallExpression(visited, callee, undefined, visited.arguments);
    }
    if (ts.isTaggedTemplateExpression(visited))
      return f.updateTaggedTemplateExpression(
        visited,
        this.#callee(visited.tag),
        undefined,
        visited.template,
      );
    return visited;
  }

  #callee(callee: TypeScript.Expression): TypeScript.Expression {
    if (!this.#detached.has(ts.skipOuterExpressions(callee))) return callee;
    const f = this.#f;
    return f.createParenthesizedExpression(f.createComma(f.createNumericLiteral(0), callee));
  }

  #identifier(tree: TypeScript.Identifier): TypeScript.Node {
    if (this.#imported.size === 0 || !tree.parent || !isReference(tree)) return tree;
    const reference = this.#reference(this.checker.getSymbolAtLocation(tree));
    if (!reference) return tree;
    // An assignment to an exported name fails for want of a setter; a namespace is a parameter here.
    const isWritten = ts.isIdentifier(reference) && ts.getAssignmentTargetKind(tree) !== 0;
    return ts.setSourceMapRange(isWritten ? this.#constantTarget() : reference, tree);
  }

  /** What nothing can be assigned to: `(() => { throw new TypeError(…) })().it` */
  #constantTarget(): TypeScript.Expression {
    const f = this.#f;
    const message = f.createStringLiteral("Assignment to constant variable.");
    const error = f.createNewExpression(f.createIdentifier("TypeError"), undefined, [message]);
    const thrown = f.createArrowFunction(
      undefined,
      undefined,
      [],
      undefined,
      undefined,
      f.createBlock([f.createThrowStatement(error)]),
    );
    const call = f.createCallExpression(f.createParenthesizedExpression(thrown), undefined, []);
    return f.createPropertyAccessExpression(call, "it");
  }

  #shorthand(tree: TypeScript.ShorthandPropertyAssignment): TypeScript.Node {
    const reference = this.#reference(this.checker.getShorthandAssignmentValueSymbol(tree));
    if (!reference) return ts.visitEachChild(tree, this.#visit, this.context);
    const f = this.#f;
    const fallback = tree.objectAssignmentInitializer;
    const value = fallback ? f.createAssignment(reference, this.#visitExpression(fallback)) : reference;
    return f.createPropertyAssignment(tree.name, value);
  }
}

/**
 * A module's functions are no variables as a script's are: no other declaration may have their names. In the function
 * that a module becomes here, one might.
 * @throws SyntaxError in V8's words
 */
function refuseRedeclarations(file: TypeScript.SourceFile): void {
  const declared = new Set<string>();
  const refuse = (name: string) => {
    throw new SyntaxError(`Identifier '${name}' has already been declared`);
  };
  for (const name of file.statements.flatMap(lexicalNames)) {
    if (declared.has(name)) refuse(name);
    declared.add(name);
  }
  const visit = (tree: TypeScript.Node): void => {
    if (ts.isFunctionLike(tree) || ts.isClassStaticBlockDeclaration(tree)) return;
    if (ts.isVariableDeclarationList(tree) && (tree.flags & ts.NodeFlags.BlockScoped) === 0)
      for (const name of declaredNames(tree)) if (declared.has(name)) refuse(name);
    ts.forEachChild(tree, visit);
  };
  visit(file);
}

/** What a statement at the top declares but for `var`. */
function lexicalNames(statement: TypeScript.Statement): string[] {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return statement.name ? [ts.idText(statement.name)] : [];
  if (ts.isVariableStatement(statement)) {
    const list = statement.declarationList;
    return (list.flags & ts.NodeFlags.BlockScoped) === 0 ? [] : declaredNames(list);
  }
  if (!ts.isImportDeclaration(statement) || !statement.importClause) return [];
  const { name, namedBindings } = statement.importClause;
  const names = name ? [name] : [];
  if (namedBindings && ts.isNamespaceImport(namedBindings)) names.push(namedBindings.name);
  if (namedBindings && ts.isNamedImports(namedBindings))
    names.push(...namedBindings.elements.map((element) => element.name));
  return names.map(ts.idText);
}

/** Whether an identifier stands for a variable, and not for a member, a label or a declaration. */
function isReference(tree: TypeScript.Identifier): boolean {
  const { parent } = tree;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === tree;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  if (ts.isMetaProperty(parent) || ts.isExportSpecifier(parent) || ts.isImportSpecifier(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.initializer === tree;
  if (
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionLike(parent) ||
    ts.isClassLike(parent) ||
    ts.isClassElement(parent) ||
    ts.isObjectLiteralElement(parent)
  )
    return parent.name !== tree;
  return true;
}

function withoutExport(tree: TypeScript.HasModifiers): TypeScript.Modifier[] | undefined {
  const { ExportKeyword, DefaultKeyword } = ts.SyntaxKind;
  return ts.getModifiers(tree)?.filter(({ kind }) => kind !== ExportKeyword && kind !== DefaultKeyword);
}

const isDefault = (tree: TypeScript.HasModifiers) =>
  ts.getModifiers(tree)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;

function declaredNames({ declarations }: TypeScript.VariableDeclarationList): string[] {
  const names = (name: TypeScript.BindingName): string[] =>
    ts.isIdentifier(name)
      ? [ts.idText(name)]
      : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : names(element.name)));
  return declarations.flatMap(({ name }) => names(name));
}

/** A readable stem for the name of a namespace: "./lib/scale.js" is scale. */
function wordOf(specifier: string): string {
  const last =
    specifier
      .replace(/\.[cm]?[jt]sx?$/, "")
      .split("/")
      .at(-1) ?? "";
  return last.replaceAll(/[^A-Za-z_$]/g, "_").replace(/^$/, "module");
}
