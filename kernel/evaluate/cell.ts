// From a cell's text to the script that runs it, or to what TypeScript says against it.
import type { CellCompiler, CheckedProgram } from "./compiler.js";
import type { Declarations } from "./declarations.js";
import { CellDiagnostics, collectDiagnostics } from "./diagnostics.js";
import { type CellOutline, cellName, cellTransformer, emptyOutline, storeName } from "./transform.js";

export interface CompiledCell {
  id: number;
  outline: CellOutline;
  /** A function expression, on the line before the cell's first. */
  script: string;
  map: string;
  declared: { text: string; kind: "d.ts" | "ts" };
}

export class CellFrontEnd {
  constructor(
    private readonly compiler: CellCompiler,
    private readonly declarations: Declarations,
    private readonly cwd: string,
  ) {}

  /** The program of a cell as the editor has it, errors and all. */
  program(source: string): CheckedProgram {
    const file = this.compiler.parse(source + this.exportList(source));
    return this.compiler.check(file, this.declarations.newest);
  }

  /** Checks and compiles a cell; throws CellDiagnostics when TypeScript finds an error. */
  compile(source: string, id: number, label: string): CompiledCell {
    const { ts } = this.compiler;
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
    const { ts } = this.compiler;
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
      .map((name) => this.compiler.ts.unescapeLeadingUnderscores(name));
    return `\nexport { ${names.join(", ")} };`;
  }
}
