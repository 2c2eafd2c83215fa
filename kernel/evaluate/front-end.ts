// From a cell's text to the script that runs it, or to what TypeScript says against it.
import { CellCompiler, type CheckedProgram } from "./compiler.js";
import { Declarations } from "./declarations.js";
import { CellDiagnostics, collectDiagnostics, isCellDiagnostics } from "./diagnostics.js";
import { type Completions, Editor, type Inspection } from "./editor.js";
import { type Completeness, isComplete } from "./is-complete.js";
import { type CellOutline, cellName, cellTransformer, emptyOutline, storeName } from "./transform.js";
import type { Compiler, LoadedCompiler } from "./tslab.js";

export interface CompiledCell {
  id: number;
  outline: CellOutline;
  /** A function expression, on the line before the cell's first. */
  script: string;
  map: string;
  declared: { text: string; kind: "d.ts" | "ts" };
}

/**
 * All that is known of a notebook's TypeScript. It runs nothing and asks Node for nothing but files, so that one can
 * be part of a start-up snapshot, warm before any notebook is opened.
 */
export class FrontEnd {
  readonly ts: Compiler;
  private readonly compiler: CellCompiler;
  private declarations: Declarations;
  private readonly editor: Editor;
  private cwd = "";

  constructor(loaded: LoadedCompiler) {
    this.ts = loaded.ts;
    this.compiler = new CellCompiler(loaded);
    this.declarations = new Declarations(this.compiler);
    this.editor = new Editor(this.ts, (source) => this.program(source));
  }

  /** Says which folder the notebook is in. */
  open(cwd: string): void {
    this.cwd = cwd;
    this.compiler.open(cwd);
  }

  complete(code: string, cursor: number): Completions {
    return this.editor.complete(code, cursor);
  }

  inspect(code: string, cursor: number, detail: 0 | 1): Inspection {
    return this.editor.inspect(code, cursor, detail);
  }

  isComplete(code: string): Completeness {
    return isComplete(this.ts, code);
  }

  /** Makes what a cell declared known to later ones, as far as it came: `reached` counts its declaring statements. */
  declare({ id, outline, declared }: CompiledCell, reached: number): void {
    const withheld = new Set(outline.steps.slice(reached).flat());
    for (const name of [...outline.steps.flat(), ...outline.nested]) {
      if (!withheld.has(name)) this.declarations.values.add(name);
    }
    this.declarations.add(id, declared.text, declared.kind, withheld);
  }

  /** Compiles cells as a notebook in `folder` would have them, then forgets all of them but what they warmed up. */
  rehearse(cells: readonly string[], folder: string): void {
    this.open(folder);
    cells.forEach((source, index) => {
      try {
        this.declare(this.compile(source, index, `Cell [${index}]`), Number.POSITIVE_INFINITY);
      } catch (error) {
        if (!isCellDiagnostics(error)) throw error;
      }
    });
    // No completion: it sorts by the rules of a language, and Node cannot save those in a snapshot.
    this.inspect("console", 3, 0);
    this.declarations = new Declarations(this.compiler);
    this.compiler.renew();
  }

  /** The files that checking has read so far. */
  files(): string[] {
    return this.compiler.filesRead();
  }

  close(): void {
    this.compiler.close();
  }

  /** The program of a cell as the editor has it, errors and all. */
  private program(source: string): CheckedProgram {
    const file = this.compiler.parse(source + this.exportList(source));
    return this.compiler.check(file, this.declarations.newest);
  }

  /** Checks and compiles a cell; throws CellDiagnostics when TypeScript finds an error. */
  compile(source: string, id: number, label: string): CompiledCell {
    const { ts } = this;
    const checked = this.program(source);
    const { program, file } = checked;
    const found = this.compiler.diagnostics(checked);
    const diagnostics = collectDiagnostics(ts, found, { file, source, cwd: this.cwd });
    if (diagnostics.length > 0) throw new CellDiagnostics(label, diagnostics);

    const outline = emptyOutline();
    const written = new Map<string, string>();
    const transformer = cellTransformer(ts, this.declarations.values, outline);
    program.emit(
      file,
      (fileName, text) => written.set(fileName.slice(fileName.indexOf(".")), text),
      undefined,
      false,
      { after: [transformer] },
    );
    const body = written.get(".js")?.replace(/\/\/# sourceMappingURL=.*\s*$/, "") ?? "";
    const declared = written.get(".d.ts");
    const nested = this.nestedVariables(checked);
    return {
      id,
      outline,
      script: `(${outline.awaits ? "async " : ""}function (${storeName}, ${cellName}, require) { "use strict";\n${body}\n})`,
      map: written.get(".js.map") ?? "",
      declared:
        declared === undefined ? { text: source, kind: "ts" } : { text: declared + nested, kind: "d.ts" },
    };
  }

  /** Declarations of `var` in blocks and loops, which are the notebook's too but in no declaration file. */
  private nestedVariables({ program, file }: CheckedProgram): string {
    const { ts } = this;
    const checker = program.getTypeChecker();
    const lines: string[] = [];
    file.locals?.forEach((symbol, name) => {
      const declaration = symbol.valueDeclaration;
      if (!declaration || (symbol.flags & ts.SymbolFlags.FunctionScopedVariable) === 0) return;
      const statement = ts.findAncestor(declaration, (node) => node.parent === file);
      if (statement && ts.isVariableStatement(statement)) return;
      const type = checker.typeToString(
        checker.getTypeOfSymbolAtLocation(symbol, declaration),
        file,
        ts.TypeFormatFlags.NoTruncation,
      );
      lines.push(`declare var ${ts.unescapeLeadingUnderscores(name)}: ${type};\n`);
    });
    return lines.join("");
  }

  /**
   * Everything that a cell declares is exported behind its text: TypeScript then keeps imports that only later cells
   * use, and writes declarations of all of it.
   */
  private exportList(source: string): string {
    const file = this.compiler.parse(source);
    const exported = file.symbol?.exports;
    const names = [...(file.locals?.keys() ?? [])]
      // Names that the compiler makes up start with two underscores, and a user's with two more.
      .filter((name) => !exported?.has(name) && !/^__(?!_)|^"|^default$/.test(String(name)))
      .map((name) => this.ts.unescapeLeadingUnderscores(name));
    return `\nexport { ${names.join(", ")} };`;
  }
}
