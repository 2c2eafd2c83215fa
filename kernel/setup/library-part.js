// The part of lib.webworker.d.ts that the checker of a page begins with, made from the library itself: what
// kernel/language/library-part.ts reads. Another version of TypeScript gives another part.

/** What cells use all the time. */
const roots = [
  "console",
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "queueMicrotask",
  "performance",
  "TextEncoder",
  "TextDecoder",
  "atob",
  "btoa",
];

/** A type that these mention is declared in full where it has no more characters than this, with all that it mentions. */
const small = 4_000;

/**
 * @param {typeof import("typescript")} ts
 * @param {import("typescript").Program} program with the whole library, and all other declarations of a page
 * @param {string} library the library's file name
 * @returns {{ declarations: string, limits: import("../language/library-part.ts").Limits }}
 */
export function libraryPart(ts, program, library) {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(library);
  const declarations = declarationsByName(ts, file);
  const mentions = (tree) => mentionsIn(ts, checker, declarations, tree);
  const reach = new Reach(file, declarations, mentions);

  const full = new Set();
  // An interface that ECMAScript's own libraries have as well has what both declare.
  const todo = [...roots, ...sharedNames(ts, checker, file, declarations)];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (full.has(name)) continue;
    if (!declarations.has(name)) throw new Error(`${library} has no ${name}`);
    full.add(name);
    for (const mention of declarations.get(name).flatMap(mentions))
      if (isNeededWhole(ts, mention.at) || reach.length(mention.name) <= small) todo.push(mention.name);
  }

  const opaque = new Set(
    [...full].flatMap((name) => [...reach.from(name)]).filter((mentioned) => !full.has(mentioned)),
  );
  const members = new Set();
  for (const other of program.getSourceFiles()) {
    if (other === file) continue;
    for (const { name, at } of mentions(other)) {
      if (full.has(name)) continue;
      if (isNeededWhole(ts, at)) throw new Error(`${other.fileName} needs more of ${name} than its name`);
      opaque.add(name);
      members.add(holderOf(ts, at));
    }
  }

  const guarded = new Map();
  const isPlain = (name) => full.has(name) && !guarded.has(name);
  for (let before = -1; before < guarded.size; ) {
    before = guarded.size;
    for (const name of full) {
      const { safe, isAll } = safeMembers(name);
      if (!isAll) guarded.set(name, safe);
    }
  }

  /** Members of a value or a type that are as in the library, and whether all of it is. */
  function safeMembers(name) {
    const safe = new Set();
    const unsafe = new Set();
    let isAll = true;
    for (const tree of declarations.get(name)) {
      const type = ts.isVariableDeclaration(tree) ? tree.type : tree;
      const inherited = [
        ...(ts.isInterfaceDeclaration(tree) ? (tree.heritageClauses ?? []) : []).flatMap(mentions),
        ...(ts.isVariableDeclaration(tree) && type && ts.isTypeReferenceNode(type) ? mentions(type) : []),
      ];
      for (const mention of inherited) {
        const its = safeMembers(mention.name);
        isAll &&= its.isAll;
        for (const member of its.safe) safe.add(member);
      }
      const own =
        type && (ts.isInterfaceDeclaration(type) || ts.isTypeLiteralNode(type)) ? type.members : [tree];
      if (inherited.length > 0 && own[0] === tree) continue;
      for (const member of own) {
        const isSafe = mentions(member).every((mention) => isPlain(mention.name));
        isAll &&= isSafe;
        const called = member.name && member !== tree ? member.name.getText(file) : undefined;
        if (called !== undefined) (isSafe ? safe : unsafe).add(called);
      }
    }
    return { safe: [...safe].filter((member) => !unsafe.has(member)).sort(), isAll };
  }

  const printer = ts.createPrinter({ removeComments: true });
  const printed = file.statements
    .filter((statement) => namesOf(ts, statement).some((name) => full.has(name)))
    .map((statement) => printer.printNode(ts.EmitHint.Unspecified, statement, file));
  const stubs = [...opaque].sort().map((name) => {
    const { typeParameters = [] } = declarations.get(name).find((one) => one.typeParameters) ?? {};
    const list = typeParameters.map((parameter) => `${parameter.name.text} = unknown`).join(", ");
    return `interface ${name}${list && `<${list}>`} { readonly "only the name of ${name}": true; }`;
  });
  return {
    declarations: [...printed, ...stubs].join("\n"),
    limits: {
      opaque: [...new Set([...opaque, ...members])].sort(),
      guarded: Object.fromEntries([...guarded].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

/** What the declarations of a name reach, and how long all that is. */
class Reach {
  #file;
  #declarations;
  #mentioned;

  constructor(file, declarations, mentions) {
    this.#file = file;
    this.#declarations = declarations;
    this.#mentioned = new Map(
      [...declarations].map(([name, trees]) => [
        name,
        new Set(trees.flatMap(mentions).map((mention) => mention.name)),
      ]),
    );
  }

  /** The names that a name's own declarations mention. */
  from(name) {
    return this.#mentioned.get(name);
  }

  /** Characters of a name's declarations and of all that they reach. */
  length(name) {
    const all = new Set();
    const todo = [name];
    for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
      if (all.has(one)) continue;
      all.add(one);
      todo.push(...this.from(one));
    }
    return [...all]
      .flatMap((one) => this.#declarations.get(one))
      .reduce((sum, tree) => sum + tree.getWidth(this.#file), 0);
  }
}

const namesOf = (ts, statement) =>
  ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.text)
    : statement.name
      ? [statement.name.text]
      : [];

/** What a file declares globally, by name: a variable without its statement. */
function declarationsByName(ts, file) {
  const found = new Map();
  for (const statement of file.statements)
    for (const tree of ts.isVariableStatement(statement)
      ? statement.declarationList.declarations
      : [statement])
      if (tree.name) found.set(tree.name.text, [...(found.get(tree.name.text) ?? []), tree]);
  return found;
}

function sharedNames(ts, checker, file, declarations) {
  return [...declarations.keys()].filter((name) =>
    checker
      .resolveName(name, undefined, ts.SymbolFlags.All, false)
      ?.declarations?.some((tree) => tree.getSourceFile() !== file),
  );
}

/** The library's names that a piece of a declaration mentions, with the identifiers that do. */
function mentionsIn(ts, checker, declarations, tree) {
  const found = [];
  const visit = (at) => {
    if (ts.isIdentifier(at) && at.parent.name !== at && declarations.has(at.text)) {
      const known = declarations.get(at.text);
      if (checker.getSymbolAtLocation(at)?.declarations?.some((one) => known.includes(one)))
        found.push({ name: at.text, at });
    }
    ts.forEachChild(at, visit);
  };
  visit(tree);
  return found;
}

/** Whether a mention needs more than a type of that name: what it extends, a value, a namespace; the type of a root. */
function isNeededWhole(ts, at) {
  const { parent } = at;
  if (!ts.isTypeReferenceNode(parent)) return true;
  return ts.isVariableDeclaration(parent.parent);
}

/** The member, variable, function or class whose type mentions something. */
const holderOf = (ts, at) =>
  ts.findAncestor(at, (one) => one.name && ts.isIdentifier(one.name) && !ts.isParameter(one))?.name.text;
