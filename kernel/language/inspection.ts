// Inspection: what an editor shows of the name at the cursor: its declaration, its comment, and its parameters apart. Of a
// class also how it is constructed.
import { restoreDocumentation } from "./documentation.js";
import type { Inspection } from "./evaluator.js";
import type { CheckedText } from "./front-end.js";
import { type BoundSourceFile, type TypeScript, ts } from "./typescript.js";

/** Characters of a declaration before TypeScript shortens it. */
const lengths = { 0: 500, 1: 20_000 } as const;

export interface Described {
  /** The declaration, and those of constructors. */
  readonly signature: string;
  readonly documentation: string;
  readonly tags: readonly TypeScript.JSDocTagInfo[];
}

export function inspect({ program, file }: CheckedText, cursor: number, detail: 0 | 1): Inspection {
  const checker = program.getTypeChecker();
  // A cursor behind a name means the name, as when a function's parenthesis has just been typed.
  for (const position of [cursor, cursor - 1, callee(file, cursor)]) {
    if (position === undefined || position < 0) continue;
    const described = describeAt(checker, file, position, lengths[detail]);
    if (described) return { found: true, data: bundle(described, detail) };
  }
  return { found: false, data: {} };
}

function describeAt(
  checker: TypeScript.TypeChecker,
  file: BoundSourceFile,
  position: number,
  length: number,
): Described | undefined {
  const touched = ts.getTouchingPropertyName(file, position);
  if (touched === file || ts.isInComment(file, position) !== undefined) return undefined;
  const isNew = ts.isNewExpression(touched.parent) && touched.pos === touched.parent.pos;
  const node = isNew ? (touched.parent as TypeScript.NewExpression).expression : touched;
  const named = symbolAt(checker, node);
  // Of an imported name what it stands for.
  const isAlias = named !== undefined && (named.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(named) : named;
  if (!symbol || symbol.escapedName === "unknown") return describeType(checker, node);
  restoreDocumentation(symbol.declarations, checker);
  const shown = ts.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    ts.getContainerNode(node),
    node,
    undefined,
    undefined,
    length,
  );
  const signature = text(shown.displayParts);
  if (signature === "") return undefined;
  const described = { signature, documentation: text(shown.documentation), tags: shown.tags ?? [] };
  return (symbol.flags & ts.SymbolFlags.Class) !== 0
    ? withConstructor(checker, file, symbol, described)
    : described;
}

/** Of a property in an object literal, the one that is expected there. */
function symbolAt(checker: TypeScript.TypeChecker, tree: TypeScript.Node): TypeScript.Symbol | undefined {
  const { parent } = tree;
  const isKey = ts.isIdentifier(tree) && ts.isPropertyAssignment(parent) && parent.name === tree;
  const expected =
    isKey && ts.isObjectLiteralExpression(parent.parent) && checker.getContextualType(parent.parent);
  if (isKey && expected) {
    const property = checker.getPropertyOfType(expected.getNonNullableType(), tree.text);
    if (property) return property;
  }
  return checker.getSymbolAtLocation(tree);
}

/** `this`, and what else has a type and no name. */
function describeType(checker: TypeScript.TypeChecker, tree: TypeScript.Node): Described | undefined {
  const { ThisKeyword, SuperKeyword } = ts.SyntaxKind;
  const hasType = ts.isIdentifier(tree) || tree.kind === ThisKeyword || tree.kind === SuperKeyword;
  if (!hasType) return undefined;
  const type = checker.getTypeAtLocation(tree);
  if ((type.flags & ts.TypeFlags.Any) !== 0) return undefined;
  restoreDocumentation(type.symbol?.declarations, checker);
  return {
    signature: text(ts.typeToDisplayParts(checker, type, ts.getContainerNode(tree))),
    documentation: text(type.symbol?.getDocumentationComment(checker)),
    tags: type.symbol?.getJsDocTags(checker) ?? [],
  };
}

/** A class with its constructors; what is written at the class and at the constructor. */
function withConstructor(
  checker: TypeScript.TypeChecker,
  file: BoundSourceFile,
  symbol: TypeScript.Symbol,
  described: Described,
): Described {
  const constructors = checker.getTypeOfSymbol(symbol).getConstructSignatures();
  const isShown = described.signature.startsWith("constructor ");
  const lines = isShown
    ? []
    : constructors.map(
        (made) =>
          `constructor ${symbol.name}${checker.signatureToString(made, file, ts.TypeFormatFlags.NoTruncation)}`,
      );
  const [first] = constructors;
  const comments = [
    text(symbol.getDocumentationComment(checker)),
    text(first?.getDocumentationComment(checker)),
  ];
  const documentation = [...new Set(comments)].filter((comment) => comment !== "").join("\n\n");
  const tags = [...symbol.getJsDocTags(checker), ...(first?.getJsDocTags() ?? [])];
  return {
    signature: [described.signature, ...lines].join("\n"),
    documentation: documentation === "" ? described.documentation : documentation,
    tags: tags.length > 0 ? tags : described.tags,
  };
}

const text = (parts: readonly TypeScript.SymbolDisplayPart[] | undefined) =>
  parts?.map((part) => part.text).join("") ?? "";

/** Where the name of the called function is, when the cursor is among a call's arguments. */
function callee(file: BoundSourceFile, cursor: number): number | undefined {
  let tree: TypeScript.Node | undefined = ts.findPrecedingToken(cursor, file);
  while (tree && !ts.isSourceFile(tree)) {
    if ((ts.isCallExpression(tree) || ts.isNewExpression(tree)) && tree.expression.end < cursor)
      return tree.expression.end - 1;
    tree = tree.parent;
  }
  return undefined;
}

// ---- as a bundle

interface Parameter {
  name: string;
  said: string;
}

/** Tags that say what a call gives or costs; the others are shown in detail only. */
const important = new Set(["returns", "return", "throws", "deprecated"]);

const headings: Record<string, string> = {
  returns: "Returns",
  return: "Returns",
  throws: "Throws",
  deprecated: "Deprecated",
};

function bundle({ signature, documentation, tags }: Described, detail: 0 | 1): Record<string, string> {
  const parameters = tags.filter(({ name }) => name === "param").map(parameterOf);
  const others = tags
    .filter(({ name }) => name !== "param" && (detail === 1 || important.has(name)))
    .map((tag) => ({ heading: headings[tag.name] ?? `@${tag.name}`, said: text(tag.text) }));
  const width = Math.max(0, ...parameters.map(({ name }) => name.length));
  const plain = [
    signature,
    documentation,
    parameters.length === 0
      ? ""
      : `Parameters:\n${parameters.map(({ name, said }) => `  ${name.padEnd(width)}  ${indented(said, width + 4)}`.trimEnd()).join("\n")}`,
    others.map(({ heading, said }) => `${heading}: ${said}`.replace(/: $/, "")).join("\n"),
  ];
  const markdown = [
    `\`\`\`typescript\n${signature}\n\`\`\``,
    documentation,
    parameters.length === 0
      ? ""
      : `**Parameters**\n\n${parameters.map(({ name, said }) => `- \`${name}\` ${indented(said, 2)}`.trimEnd()).join("\n")}`,
    others.map(({ heading, said }) => `**${heading}** ${said}`.trimEnd()).join("  \n"),
  ];
  const joined = (parts: string[]) => parts.filter((part) => part !== "").join("\n\n");
  return { "text/plain": joined(plain), "text/markdown": joined(markdown) };
}

function parameterOf({ text: parts = [] }: TypeScript.JSDocTagInfo): Parameter {
  const name = parts.find(({ kind }) => kind === "parameterName")?.text;
  const whole = text(parts);
  if (name === undefined) {
    const [first = "", ...rest] = whole.split(/\s+/);
    return { name: first, said: rest.join(" ") };
  }
  return { name, said: whole.slice(name.length).replace(/^\s*(?:-\s*)?/, "") };
}

const indented = (said: string, by: number) => said.replaceAll("\n", `\n${" ".repeat(by)}`);
