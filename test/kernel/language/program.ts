// Writes TypeScript programs from choices: one row of numbers a statement, each number one choice. Choice 0 is always the
// simplest, and so is what is chosen when a row has ended: fewer and smaller numbers give a smaller program, which is how
// fast-check shrinks one. Every program ends (loops and functions use up `fuel`) and prints what it computes.
//
// A careful program passes the type checker: it reads no name before its declaration, and says its types. One that is not
// careful does what JavaScript lets it do.

type Type =
  | "number"
  | "string"
  | "boolean"
  | "array"
  | "object"
  | "function"
  | "async"
  | "generator"
  | "class"
  | "instance"
  | "enum"
  | "namespace"
  | "closures";

const annotations: Record<Type, string> = {
  number: "number",
  string: "string",
  boolean: "boolean",
  array: "number[]",
  object: "{ a: number; b: string }",
  function: "(n: number) => number",
  async: "(n: number) => Promise<number>",
  generator: "(n: number) => Generator<number>",
  class: "any",
  instance: "{ v: number; m(n: number): number }",
  enum: "any",
  namespace: "any",
  closures: "(() => number)[]",
};

/** Types of which a value can be written anywhere. */
const plainTypes = [
  "number",
  "string",
  "array",
  "object",
  "function",
  "boolean",
  "async",
  "generator",
] as const;

const pool =
  "a b c d e f g h k x y z name length value constructor toString $ _ module exports require type of $cell $notebook status valueOf get as".split(
    " ",
  );

interface Variable {
  name: string;
  type: Type;
  assignable: boolean;
  /** Of enums and namespaces: what can be read of them. */
  members?: Variable[];
}

interface Scope {
  kind: "top" | "function" | "block" | "namespace";
  parent?: Scope;
  variables: Variable[];
  /** Names declared here, those among them whose declaration is still being written. */
  own: Set<string>;
  /** Names that mean something in this scope already: declared here, or read from further out. */
  taken: Set<string>;
}

interface Place {
  awaits: boolean;
  yields: boolean;
  returns: boolean;
  labels: { name: string; isLoop: boolean }[];
  /** In a loop or a switch. */
  breaks: boolean;
  continues: boolean;
}

const topPlace: Place = {
  awaits: true,
  yields: false,
  returns: false,
  labels: [],
  breaks: false,
  continues: false,
};

const functionPlace: Place = { ...topPlace, awaits: false, returns: true };

const indented = (text: string) => text.replace(/^/gm, "  ");

export interface WrittenProgram {
  text: string;
  statements: string[];
}

export function writeProgram(rows: readonly (readonly number[])[], careful: boolean): WrittenProgram {
  return new Writer(careful).program(rows);
}

class Writer {
  private row: readonly number[] = [];
  private at = 0;
  private scope: Scope = {
    kind: "top",
    variables: [],
    own: new Set(),
    taken: new Set(["fuel", "tick", "console"]),
  };
  private place = topPlace;
  private usesFuel = false;
  private count = 0;
  /** Names that functions mention and that the end of the program declares. */
  private readonly promised: Variable[] = [];

  constructor(private readonly careful: boolean) {}

  program(rows: readonly (readonly number[])[]): WrittenProgram {
    const statements: string[] = [];
    for (const row of rows) {
      this.row = row;
      this.at = 0;
      statements.push(this.statement(3));
    }
    this.row = [];
    for (const { name, type } of this.promised) {
      statements.push(
        type === "function"
          ? `function ${name}(n: number): number {\n  return n + 1;\n}`
          : `const ${name}: number = ${statements.length};`,
      );
    }
    if (this.usesFuel) {
      statements.unshift(
        "let fuel: number = 120;",
        'function tick() {\n  if (fuel-- <= 0) throw new RangeError("fuel");\n}',
      );
    }
    return { text: statements.join("\n"), statements };
  }

  // ---- choices

  private choose(count: number): number {
    const choice = this.row[this.at++] ?? 0;
    return choice % count;
  }

  private maybe(oneIn = 2): boolean {
    return this.choose(oneIn) === oneIn - 1;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.choose(list.length)];
  }

  private oneOf(...ways: (() => string | undefined)[]): string {
    const first = this.choose(ways.length);
    // What cannot be written here gives way to the next.
    for (let i = 0; i < ways.length; i++) {
      const text = ways[(first + ways.length - i) % ways.length]();
      if (text !== undefined) return text;
    }
    throw new Error("no way to write this");
  }

  // ---- names

  private within<T>(kind: Scope["kind"], place: Place, write: () => T): T {
    const { scope, place: before } = this;
    this.scope = { kind, parent: scope, variables: [], own: new Set(), taken: new Set() };
    this.place = place;
    try {
      return write();
    } finally {
      this.scope = scope;
      this.place = before;
    }
  }

  /** A name that is free in the scopes from here to the one that gets it. */
  private newName(target: Scope = this.scope): string {
    const between: Scope[] = [];
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      between.push(scope);
      if (scope === target) break;
    }
    const start = this.choose(pool.length);
    for (let i = 0; i < 3; i++) {
      const name = pool[(start + i * 7) % pool.length];
      if (between.every(({ taken }) => !taken.has(name))) {
        for (const { taken } of between) taken.add(name);
        target.own.add(name);
        return name;
      }
    }
    const name = `v${++this.count}`;
    target.own.add(name);
    return name;
  }

  private reserve(name: string, scope = this.scope): void {
    scope.own.add(name);
    scope.taken.add(name);
  }

  private declare(name: string, type: Type, assignable: boolean, scope = this.scope): Variable {
    const variable: Variable = { name, type, assignable };
    scope.variables.push(variable);
    this.reserve(name, scope);
    return variable;
  }

  /** A visible variable, and how it is written; reading it takes its name in the scopes between. */
  private find(fits: (variable: Variable) => boolean): string | undefined {
    const candidates: { variable: Variable; home: Scope; path: string }[] = [];
    const hidden = new Set<string>();
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent) {
      for (const variable of scope.variables) {
        if (hidden.has(variable.name)) continue;
        if (fits(variable)) candidates.push({ variable, home: scope, path: variable.name });
        for (const member of variable.members ?? []) {
          if (fits(member))
            candidates.push({ variable, home: scope, path: `${variable.name}.${member.name}` });
        }
      }
      for (const name of scope.own) hidden.add(name);
    }
    if (candidates.length === 0) return undefined;
    const { home, variable, path } = this.pick(candidates);
    for (let scope: Scope | undefined = this.scope; scope && scope !== home; scope = scope.parent)
      scope.taken.add(variable.name);
    return path;
  }

  private variable(type: Type): string | undefined {
    return this.find((variable) => variable.type === type);
  }

  private target(type: Type): string | undefined {
    return this.find((variable) => variable.type === type && variable.assignable);
  }

  private annotation(type: Type): string {
    return this.careful || this.maybe() ? `: ${annotations[type]}` : "";
  }

  private tick(): string {
    this.usesFuel = true;
    return "tick();";
  }

  // ---- expressions

  private expression(type: Type, depth: number): string {
    switch (type) {
      case "number":
        return this.number(depth);
      case "string":
        return this.string(depth);
      case "boolean":
        return this.boolean(depth);
      case "array":
        return this.array(depth);
      case "object":
        return this.object(depth);
      case "function":
        return this.functionValue(depth);
      case "async":
        return this.variable("async") ?? this.asyncValue(depth);
      case "generator":
        return this.variable("generator") ?? this.generatorValue(depth);
      case "instance":
        return this.instance(depth) ?? "{ v: 1, m: (n: number) => n }";
      case "closures":
        return `[${this.closure(depth)}]`;
      default:
        return this.variable(type) ?? "0";
    }
  }

  private number(depth: number): string {
    const literal = () => String(this.choose(10));
    if (depth <= 0) return this.oneOf(literal, () => this.variable("number"));
    const inner = () => this.number(depth - 1);
    const { around } = this;
    return this.oneOf(
      literal,
      () => this.variable("number"),
      () => this.variable("number"),
      () => `(${inner()} ${this.pick(["+", "-", "*", "%", "&", "|", "^"])} ${inner()})`,
      () => this.call("function", depth),
      () => this.call("function", depth),
      () => around("", this.variable("array"), this.pick([".length", "[0]", ".at(-1)!", "?.length"])),
      () => around("", this.variable("object"), this.pick([".a", '["a"]', "?.a"])),
      () => around("", this.target("number"), this.pick(["++", "--"])),
      () => around("(", this.target("number"), ` ${this.pick(["=", "+=", "-=", "*=", "|="])} ${inner()})`),
      () => `(${this.boolean(depth - 1)} ? ${inner()} : ${inner()})`,
      () => around("", this.instance(depth - 1), this.maybe() ? ".v" : `.m(${inner()})`),
      () => around("", this.variable("class"), this.pick([".s", ".next()", ".w"])),
      () => around("", this.variable("enum"), ".A"),
      () => this.awaited(depth),
      () => `((n: number): number => ${this.arrowBody(depth - 1, "n")})(${inner()})`,
      () => around("[...", this.call("generator", depth), "].length"),
      () => `${this.string(depth - 1)}.length`,
      () => this.swap(depth),
      () => this.evaluated(),
      () => around("(", this.target("number"), ` = 1, ${inner()})`),
      () => around("", this.variable("closures"), ".map((f: () => number) => f()).length"),
      () => this.ifReckless(() => `(${inner()} ${this.pick(["??", "&&", "||"])} ${inner()})`),
      () =>
        this.ifReckless(() =>
          around("(", this.target("number"), ` ${this.pick(["??=", "&&=", "||="])} ${inner()})`),
        ),
      () => this.promise(),
    );
  }

  private ifReckless(write: () => string | undefined): string | undefined {
    return this.careful ? undefined : write();
  }

  /** `before` + a name + `after`, when there is such a name. */
  private around(
    before: string,
    name: string | undefined,
    after: string | (() => string),
  ): string | undefined {
    if (name === undefined) return undefined;
    return `${before}${name}${typeof after === "string" ? after : after()}`;
  }

  private call(type: "function" | "generator", depth: number): string | undefined {
    const name = this.variable(type);
    if (name === undefined) return undefined;
    const argument = this.number(depth - 1);
    const before = type === "generator" ? "(" : this.pick(["(", "?.(", ".call(undefined, ", "!("]);
    return `${name}${before}${argument})`;
  }

  private awaited(depth: number): string | undefined {
    if (!this.place.awaits) return undefined;
    const name = this.variable("async");
    return name === undefined
      ? `(await ${this.number(depth - 1)})`
      : `(await ${name}(${this.number(depth - 1)}))`;
  }

  private swap(depth: number): string | undefined {
    const one = this.target("number");
    const two = this.target("number");
    if (one === undefined || two === undefined) return undefined;
    return `([${one}, ${two} = ${this.number(depth - 1)}] = [${this.number(depth - 1)}, ${two}])[0]`;
  }

  private evaluated(): string | undefined {
    const name = this.find(({ type, name }) => type === "number" && !name.includes("."));
    return name === undefined ? undefined : `eval(${JSON.stringify(this.maybe() ? `${name} + 1` : name)})`;
  }

  /** Something that the end of the program declares; a careful program may call a function early, no more. */
  private promise(): string {
    const type = this.careful || this.maybe() ? "function" : "number";
    let promised = this.promised.find((variable) => variable.type === type);
    if (promised === undefined || this.maybe(4)) {
      promised = { name: `later${this.promised.length + 1}`, type, assignable: false };
      this.promised.push(promised);
    }
    return type === "function" ? `${promised.name}(${this.choose(5)})` : promised.name;
  }

  private string(depth: number): string {
    const literal = () => JSON.stringify(this.pick(["s", "", "text", "a b", "é"]));
    if (depth <= 0) return this.oneOf(literal, () => this.variable("string"));
    const { around } = this;
    return this.oneOf(
      literal,
      () => this.variable("string"),
      () =>
        `\`${this.pick(["", "t", "$", "\\n"])}\${${this.number(depth - 1)}}\${${this.string(depth - 1)}}\``,
      () => around("", this.variable("object"), ".b"),
      () => around("", this.variable(this.pick(["function", "async", "generator", "class"])), ".name"),
      () =>
        around(
          "(typeof ",
          this.find(() => true),
          " as string)",
        ),
      () => `String(${this.boolean(depth - 1)})`,
      () => `Object.keys(${this.object(depth - 1)}).join()`,
      () => around("(", this.target("string"), ` ${this.pick(["=", "+="])} ${this.string(depth - 1)})`),
      () => around("", this.variable("array"), ".join()"),
    );
  }

  private boolean(depth: number): string {
    const literal = () => this.pick(["(true as boolean)", "(false as boolean)"]);
    if (depth <= 0) return this.oneOf(literal, () => this.variable("boolean"));
    const compare = () =>
      `(${this.number(depth - 1)} as number) ${this.pick(["<", ">", "<=", "!==", "==="])} ${this.number(depth - 1)}`;
    return this.oneOf(
      literal,
      () => this.variable("boolean"),
      () => `((${compare()}) as boolean)`,
      () => `!${this.boolean(depth - 1)}`,
      () => `(${this.boolean(depth - 1)} ${this.pick(["&&", "||"])} ${this.boolean(depth - 1)})`,
      () => `("a" in ${this.object(depth - 1)})`,
      () =>
        this.around(
          `((${this.instance(depth - 1) ?? "{}"} as unknown) instanceof `,
          this.variable("class"),
          ")",
        ),
    );
  }

  private array(depth: number): string {
    const literal = () =>
      `[${Array.from({ length: this.choose(4) }, () => this.number(Math.min(depth - 1, 1))).join(", ")}]`;
    if (depth <= 0) return this.oneOf(literal, () => this.variable("array"));
    const { around } = this;
    return this.oneOf(
      literal,
      () => this.variable("array"),
      () => `[...${this.array(depth - 1)}, ${this.number(depth - 1)}]`,
      () => `${this.array(depth - 1)}.map((n: number): number => ${this.arrowBody(depth - 1, "n")})`,
      () => around("[...", this.call("generator", depth), "]"),
      () => around("", this.variable("closures"), ".map((f: () => number) => f())"),
      () => around(`${this.array(depth - 1)}.map((n: number) => `, this.variable("function"), "(n))"),
    );
  }

  private object(depth: number): string {
    const literal = () => `{ a: ${this.number(Math.min(depth - 1, 1))}, b: "b" }`;
    const parenthesized = (text: string) => `(${text})`;
    if (depth <= 0)
      return this.oneOf(
        () => parenthesized(literal()),
        () => this.variable("object"),
      );
    return this.oneOf(
      () => parenthesized(literal()),
      () => this.variable("object"),
      () => parenthesized(`{ ...${this.object(depth - 1)}, a: ${this.number(depth - 1)} }`),
      () =>
        parenthesized(
          `{ get a(): number { return ${this.within("function", functionPlace, () => this.number(depth - 1))}; }, b: ${this.string(depth - 1)} }`,
        ),
      () => parenthesized(`{ ["a"]: ${this.number(depth - 1)}, b: ${this.string(depth - 1)} }`),
      () =>
        this.ifReckless(() =>
          parenthesized(
            `{ [${this.string(depth - 1)}]: 1, a: ${this.number(depth - 1)}, b: ${this.string(depth - 1)} }`,
          ),
        ),
    );
  }

  private instance(depth: number): string | undefined {
    const known = this.variable("instance");
    const made = this.variable("class");
    if (made !== undefined && (known === undefined || this.maybe()))
      return `new ${made}(${this.number(Math.min(depth - 1, 1))})`;
    return known ?? (made === undefined ? undefined : `new ${made}(1)`);
  }

  /** The body of an arrow that gives a number; `parameter` is in scope. */
  private arrowBody(depth: number, parameter: string, place = functionPlace): string {
    return this.within("function", place, () => {
      this.declare(parameter, "number", true);
      if (depth > 0 && this.maybe(3)) return this.block(this.functionBody(depth));
      const text = this.number(depth);
      return text.startsWith("{") ? `(${text})` : text;
    });
  }

  /** Statements that end with the return of a number. */
  private functionBody(depth: number): string[] {
    const statements = Array.from({ length: this.choose(3) }, () => this.statement(depth - 1));
    return [this.tick(), ...statements, `return ${this.number(depth - 1)};`];
  }

  private block(statements: readonly string[]): string {
    return statements.length === 0 ? "{}" : `{\n${indented(statements.join("\n"))}\n}`;
  }

  private functionValue(depth: number): string {
    if (depth <= 0) return this.variable("function") ?? "((n: number) => n)";
    return this.oneOf(
      () => this.variable("function"),
      () => `((n: number): number => ${this.arrowBody(depth - 1, "n")})`,
      () => `(function (n: number): number ${this.body(depth)})`,
      () => {
        const name = pool[this.choose(pool.length)];
        return this.within("block", this.place, () => {
          this.reserve(name);
          return `(function ${name}(n: number): number ${this.body(depth)})`;
        });
      },
      () => `({ m(n: number): number ${this.body(depth)} }).m`,
      () => "((n: number) => n)",
    );
  }

  private body(depth: number, place = functionPlace): string {
    return this.within("function", place, () => {
      this.declare("n", "number", true);
      return this.block(this.functionBody(depth));
    });
  }

  private asyncValue(depth: number): string {
    return `(async (n: number): Promise<number> => ${this.arrowBody(depth - 1, "n", { ...functionPlace, awaits: true })})`;
  }

  private generatorValue(depth: number): string {
    return `(function* (n: number): Generator<number> ${this.generatorBody(depth)})`;
  }

  private generatorBody(depth: number): string {
    return this.within("function", { ...functionPlace, yields: true, returns: false }, () => {
      this.declare("n", "number", true);
      const statements = Array.from({ length: 1 + this.choose(2) }, () => this.statement(depth - 1));
      return this.block([this.tick(), ...statements, `yield ${this.number(depth - 1)};`]);
    });
  }

  // ---- statements

  private statement(depth: number): string {
    const { kind } = this.scope;
    const simple = [
      () => this.print(depth),
      () => this.variables(depth),
      () => this.variables(depth),
      () => this.assignment(depth),
      () => this.pattern(depth),
      () => this.patternAssignment(depth),
      () => this.pushClosure(depth),
      () => this.jump(depth),
    ];
    if (depth <= 0) return this.oneOf(...simple);
    return this.oneOf(
      ...simple,
      () => this.functionDeclaration(depth),
      () => this.functionDeclaration(depth),
      () => this.classDeclaration(depth),
      () => this.classDeclaration(depth),
      () => this.conditional(depth),
      () => this.loop(depth),
      () => this.loop(depth),
      () => this.loop(depth),
      () => this.attempt(depth),
      () => this.switchStatement(depth),
      () => this.within("block", this.place, () => this.block(this.statements(depth))),
      () => this.labelled(depth),
      () => this.enumDeclaration(),
      () => (kind === "top" || kind === "namespace" ? this.namespaceDeclaration(depth) : undefined),
      () => (kind === "top" ? this.importDeclaration() : undefined),
      () => this.typeDeclaration(),
      () =>
        `${this.oneOf(
          () => "",
          () => this.swap(depth),
          () => this.call("function", depth),
        )};`,
      () => this.print(depth),
    );
  }

  private statements(depth: number): string[] {
    return Array.from({ length: 1 + this.choose(3) }, () => this.statement(depth - 1));
  }

  private print(depth: number): string {
    const values = Array.from({ length: 1 + this.choose(3) }, () =>
      this.oneOf(
        () => this.number(depth),
        () => this.find(() => true),
        () => this.find(() => true),
        () => this.expression(this.pick(plainTypes), depth - 1),
        () => {
          const names = [this.find(({ name }) => !name.includes(".")), this.find(() => true)];
          return names[0] === undefined
            ? undefined
            : `{ ${[...new Set(names.filter((name) => name && !name.includes(".")))].join(", ")} }`;
        },
      ),
    );
    return `console.log(${values.join(", ")});`;
  }

  private exported(): string {
    return this.scope.kind === "top" && this.maybe(6) ? "export " : "";
  }

  private variables(depth: number): string {
    const keyword = this.pick(["const", "let", "var", "let"]);
    const target = keyword === "var" ? this.varScope() : this.scope;
    const isNested = target !== this.scope;
    const start = this.exported();
    const declarators = Array.from({ length: 1 + this.choose(2) }, () => {
      const type = this.oneOf(
        () => "number",
        () => this.pick(plainTypes),
        () => (this.variable("class") === undefined ? undefined : "instance"),
        () => "closures",
      ) as Type;
      // The name is not there for its own initializer, unless a closure reads it.
      const value = this.expression(type, depth - 1);
      const name = this.newName(target);
      const typed = this.careful && isNested ? ": any" : this.annotation(type);
      this.declare(name, type, keyword !== "const", target);
      const bare = keyword !== "const" && !this.careful && this.maybe(8);
      return `${name}${type === "closures" && typed === "" ? `: ${annotations.closures}` : typed}${bare ? "" : ` = ${value}`}`;
    });
    return `${start}${keyword} ${declarators.join(", ")};`;
  }

  private varScope(): Scope {
    let scope = this.scope;
    while (scope.kind === "block" && scope.parent) scope = scope.parent;
    return scope;
  }

  private assignment(depth: number): string | undefined {
    const type = this.pick(["number", "string", "array", "object", "function", "boolean"] as const);
    const target = this.target(type);
    return target === undefined ? undefined : `${target} = ${this.expression(type, depth)};`;
  }

  private pattern(depth: number): string {
    const keyword = this.pick(["const", "let", "var"]);
    const target = keyword === "var" ? this.varScope() : this.scope;
    const assignable = keyword !== "const";
    const start = this.exported();
    const isNested = target !== this.scope;
    const typed = this.careful && isNested ? " as any" : "";
    return this.oneOf(
      () => {
        const source = `${this.array(depth - 1)}${this.careful && !isNested ? " as number[]" : ""}`;
        const [one, two, rest] = [this.newName(target), this.newName(target), this.newName(target)];
        this.declare(one, "number", assignable, target);
        const fallback = this.number(depth - 1);
        this.declare(two, "number", assignable, target);
        this.declare(rest, "array", assignable, target);
        return `${start}${keyword} [${one}, ${two} = ${fallback}, ...${rest}] = ${source}${typed};`;
      },
      () => {
        const source = this.object(depth - 1);
        const one = this.newName(target);
        const two = this.newName(target);
        this.declare(one, "number", assignable, target);
        const fallback = this.string(depth - 1);
        this.declare(two, "string", assignable, target);
        return `${start}${keyword} { a: ${one}, ["b"]: ${two} = ${fallback} } = ${source}${typed};`;
      },
      () => {
        if (target.taken.has("a") || this.scope.taken.has("a") || target !== this.scope) return undefined;
        const source = this.object(depth - 1);
        if (this.scope.taken.has("a")) return undefined;
        this.declare("a", "number", assignable, target);
        const rest = this.newName(target);
        return `${start}${keyword} { a, ...${rest} } = ${source}${typed};`;
      },
    );
  }

  private patternAssignment(depth: number): string | undefined {
    const number = this.target("number");
    if (number === undefined) return undefined;
    return this.oneOf(
      () => `[${number}] = ${this.array(depth - 1)} as number[];`,
      () => `({ a: ${number} = ${this.number(depth - 1)} } = ${this.object(depth - 1)} as any);`,
      () => this.around(`[${number}, ...`, this.target("array"), `] = ${this.array(depth - 1)} as number[];`),
      () =>
        this.around("[", this.variable("object"), `.a, ${number}] = ${this.array(depth - 1)} as number[];`),
    );
  }

  private pushClosure(depth: number): string | undefined {
    return this.around("", this.variable("closures"), `.push(${this.closure(depth)});`);
  }

  private closure(depth: number): string {
    const parameter = `p${++this.count}`;
    return `(${parameter}: number = ${this.choose(5)}): number => ${this.arrowBody(depth - 1, parameter)}`;
  }

  private jump(depth: number): string | undefined {
    const { place } = this;
    return this.oneOf(
      () => (place.yields ? `yield ${this.number(depth - 1)};` : undefined),
      () => (place.breaks ? `if (${this.boolean(depth - 1)}) break;` : undefined),
      () => (place.continues ? `if (${this.boolean(depth - 1)}) continue;` : undefined),
      () => {
        if (place.labels.length === 0) return undefined;
        const { name, isLoop } = this.pick(place.labels);
        return `if (${this.boolean(depth - 1)}) ${isLoop && place.continues && this.maybe() ? "continue" : "break"} ${name};`;
      },
      () =>
        place.returns && !place.yields
          ? `if (${this.boolean(depth - 1)}) return ${this.number(depth - 1)};`
          : undefined,
      () =>
        `if (${this.boolean(depth - 1)}) throw new ${this.pick(["TypeError", "RangeError"])}(${this.string(0)});`,
      () => "",
    );
  }

  private functionDeclaration(depth: number): string {
    const start = this.exported();
    const name = this.newName();
    const kind = this.pick(["function", "function", "async", "generator"] as const);
    if (kind === "async") {
      this.declare(name, "async", false);
      const body = this.body(depth, { ...functionPlace, awaits: true });
      return `${start}async function ${name}(n: number): Promise<number> ${body}`;
    }
    if (kind === "generator") {
      const body = this.generatorBody(depth);
      this.declare(name, "generator", false);
      return `${start}function* ${name}(n: number): Generator<number> ${body}`;
    }
    this.declare(name, "function", false);
    return `${start}function ${name}${this.parametersAndBody(depth)}`;
  }

  private parametersAndBody(depth: number): string {
    const outer = { ...functionPlace };
    return this.within("function", outer, () => {
      const parameter = this.maybe() ? this.newName() : "n";
      this.declare(parameter, "number", true);
      let more = "";
      if (this.maybe(3)) {
        // A parameter's default sees the parameters before it and what is around the function, and not its body.
        const fallback = this.number(depth - 1);
        const second = this.newName();
        this.declare(second, "number", true);
        more = `, ${second}: number = ${fallback}`;
      }
      const guard = this.maybe(4) ? `if (${parameter} > 3) return ${parameter};\n` : "";
      return `(${parameter}: number${more}): number ${this.block([...(guard ? [guard.trim()] : []), ...this.functionBody(depth)])}`;
    });
  }

  private classDeclaration(depth: number): string {
    const start = this.exported();
    const parent = this.maybe(3) ? this.variable("class") : undefined;
    const name = this.newName();
    // Its own initializers see the class, which TypeScript forbids where it can tell that it is too early.
    if (!this.careful) this.declare(name, "class", false);
    const method = (write: () => string) => this.within("function", functionPlace, write);
    const members = [
      `static s: number = ${method(() => this.number(depth - 1))};`,
      `v: number = ${method(() => this.number(depth - 1))};`,
      parent === undefined
        ? "constructor(n: number) {\n  this.v += n;\n}"
        : "constructor(n: number) {\n  super(n);\n  this.v += n;\n}",
      `m(n: number): number {\n${indented(
        method(() => {
          this.declare("n", "number", true);
          return [
            this.tick(),
            `return this.v + ${this.number(depth - 1)}${parent !== undefined && this.maybe() ? " + super.m(n)" : ""};`,
          ].join("\n");
        }),
      )}\n}`,
      "static next(): number {\n  return ++this.s;\n}",
      `static get w(): number {\n  return ${this.maybe() ? name : "this"}.s + 1;\n}`,
    ];
    const extra = this.choose(6);
    if (extra === 1)
      members.unshift(`#p = ${method(() => this.number(depth - 1))};`, "get p() {\n  return this.#p++;\n}");
    if (extra === 2)
      members.push(`static {\n${indented(method(() => `${name}.s += ${this.number(depth - 1)};`))}\n}`);
    if (extra === 3) members.push(`static made = new ${name}(${this.choose(5)});`);
    if (extra === 4)
      members.push(`[${this.careful ? '"c"' : this.string(0)}] = ${method(() => this.string(depth - 1))};`);
    if (extra === 5) members.push(`f = (): number => this.v + ${method(() => this.number(depth - 1))};`);
    if (this.careful) this.declare(name, "class", false);
    return `${start}class ${name}${parent === undefined ? "" : ` extends ${parent}`} ${this.block(members)}`;
  }

  private conditional(depth: number): string {
    const condition = this.boolean(depth - 1);
    const branch = () => this.within("block", this.place, () => this.block(this.statements(depth - 1)));
    return this.oneOf(
      () => `if (${condition}) ${branch()}`,
      () => `if (${condition}) ${branch()} else ${branch()}`,
      () => `if (${condition}) ${branch()} else if (${this.boolean(depth - 1)}) ${branch()}`,
      () => {
        if (this.careful) return undefined;
        const target = this.varScope();
        const value = this.number(depth - 1);
        const name = this.newName(target);
        this.declare(name, "number", true, target);
        return `if (${condition}) var ${name} = ${value};`;
      },
    );
  }

  /** The body of a loop; a `continue` or `break` of `label` means the loop. */
  private loopBody(depth: number, label: string | undefined): string {
    const { labels } = this.place;
    const place: Place = {
      ...this.place,
      breaks: true,
      continues: true,
      labels: label === undefined ? labels : [...labels, { name: label, isLoop: true }],
    };
    return this.within("block", place, () => this.block([this.tick(), ...this.statements(depth - 1)]));
  }

  private loop(depth: number, label?: string): string {
    return this.within("block", this.place, () => {
      const body = () => this.loopBody(depth, label);
      const limit = 1 + this.choose(3);
      const keyword = this.pick(
        this.careful ? (["let", "const"] as const) : (["let", "const", "var"] as const),
      );
      const target = keyword === "var" ? this.varScope() : this.scope;
      const counts = keyword === "const" ? "let" : keyword;
      /** A variable of the head, which is declared after what the head evaluates first. */
      const variable = (type: Type, assignable: boolean) => {
        const name = this.newName(target);
        this.declare(name, type, assignable, target);
        return name;
      };
      return this.oneOf(
        () => {
          const name = variable("number", true);
          return `for (${counts} ${name}: number = 0; ${name} < ${limit}; ${name}++) ${body()}`;
        },
        () => {
          const values = this.array(depth - 1);
          return `for (${keyword} ${variable("number", keyword !== "const")} of ${values}) ${body()}`;
        },
        () => this.around("for (", this.target("number"), () => ` of ${this.array(depth - 1)}) ${body()}`),
        () => this.around("for (", this.target("string"), () => ` in ${this.object(depth - 1)}) ${body()}`),
        () => {
          const name = variable("number", true);
          const end = variable("number", false);
          return `for (${counts} ${name}: number = 0, ${end}: number = ${limit}; ${name} < ${end}; ${name}++) ${body()}`;
        },
        () => this.around("while (", this.target("number"), () => `++ < ${limit}) ${body()}`),
        () => `do ${body()} while (${this.boolean(depth - 1)});`,
        () => {
          if (!this.place.awaits) return undefined;
          const values = this.array(depth - 1);
          return `for await (${keyword} ${variable("number", keyword !== "const")} of ${values}) ${body()}`;
        },
        () => {
          const values = this.array(depth - 1);
          const names = `[${variable("number", keyword !== "const")}, ${variable("number", keyword !== "const")}]`;
          return `for (${keyword} ${names} of ${values}.entries()) ${body()}`;
        },
        () => {
          const object = this.object(depth - 1);
          return `for (${keyword} ${variable("string", keyword !== "const")} in ${object}) ${body()}`;
        },
      );
    });
  }

  private attempt(depth: number): string {
    const block = (...last: string[]) =>
      this.within("block", this.place, () => this.block([...this.statements(depth - 1), ...last]));
    const thrown = this.maybe() ? [`throw new ${this.pick(["TypeError", "RangeError"])}("thrown");`] : [];
    const tried = block(...thrown);
    const name = pool[this.choose(pool.length)];
    const handler = () =>
      this.within("block", this.place, () => {
        this.reserve(name);
        return `catch (${name}) ${this.block([
          `console.log((${name} as Error).name);`,
          ...this.statements(depth - 1),
        ])}`;
      });
    return this.oneOf(
      () => `try ${tried} ${handler()}`,
      () => `try ${tried} ${handler()} finally ${block()}`,
      () => `try ${tried} catch ${block()}`,
    );
  }

  private switchStatement(depth: number): string {
    const subject = this.number(depth - 1);
    return this.within("block", { ...this.place, breaks: true }, () => {
      const clauses = Array.from({ length: 1 + this.choose(2) }, (_, index) => {
        const test = this.maybe() ? this.number(0) : String(index);
        const inner = this.within("block", this.place, () => this.block(this.statements(depth - 1)));
        return `case ${test}: ${inner}${this.maybe() ? " break;" : ""}`;
      });
      if (this.maybe())
        clauses.push(
          `default: ${this.within("block", this.place, () => this.block(this.statements(depth - 1)))}`,
        );
      return `switch (${subject} as number) ${this.block(clauses)}`;
    });
  }

  private labelled(depth: number): string {
    const label = this.pick(["outer", "a", "x", "name", "loop"]);
    if (this.place.labels.some(({ name }) => name === label)) return ";";
    if (this.maybe()) return `${label}: ${this.loop(depth, label)}`;
    const place = { ...this.place, labels: [...this.place.labels, { name: label, isLoop: false }] };
    return `${label}: ${this.within("block", place, () => this.block(this.statements(depth)))}`;
  }

  private enumDeclaration(): string {
    const start = this.exported();
    const name = this.newName();
    const isConst = this.maybe(5);
    const members = this.within("block", functionPlace, () => {
      const names = [...new Set(["A", pool[this.choose(pool.length)]])];
      // Inside, a member's name means the member.
      for (const member of names) this.reserve(member);
      const outside = isConst ? undefined : this.variable("number");
      return names.map(
        (member, index) =>
          `${member} = ${index > 0 ? "A + " : ""}${outside !== undefined && this.maybe() ? outside : 1 + this.choose(5)},`,
      );
    });
    const declared = this.declare(name, isConst ? "boolean" : "enum", false);
    if (isConst) {
      this.scope.variables.splice(this.scope.variables.indexOf(declared), 1);
      return `${start}const enum ${name} ${this.block(members)}\nconsole.log(${name}.A);`;
    }
    return `${start}enum ${name} ${this.block(members)}`;
  }

  private namespaceDeclaration(depth: number): string {
    const start = this.exported();
    const name = this.newName();
    const members: Variable[] = [];
    const body = this.within("namespace", { ...functionPlace, returns: false }, () => {
      this.reserve(name);
      const statements = Array.from({ length: 1 + this.choose(3) }, () => {
        const before = this.scope.variables.length;
        const text = this.oneOf(
          () => this.variables(depth - 1),
          () => this.functionDeclaration(depth - 1),
          () => this.pattern(depth - 1),
          () => this.classDeclaration(depth - 1),
          () => this.statement(depth - 1),
        );
        const isDeclaration =
          /^(const|let|var|function|async|class|enum|namespace) ?\w*/.test(text) && !/^const enum/.test(text);
        if (isDeclaration && this.maybe()) {
          members.push(...this.scope.variables.slice(before).map((variable) => ({ ...variable })));
          return `export ${text}`;
        }
        return text;
      });
      return this.block([...statements, "export const done: number = 1;"]);
    });
    const declared = this.declare(name, "namespace", false);
    declared.members = [
      ...members.filter(({ members: nested }) => nested === undefined),
      { name: "done", type: "number", assignable: false },
    ];
    return `${start}namespace ${name} ${body}`;
  }

  private importDeclaration(): string {
    const name = this.newName();
    this.declare(name, "string", false);
    return `import { ${this.pick(["sep", "delimiter"])} as ${name} } from "node:path";`;
  }

  /** A type of a value's name, which it must not disturb. */
  private typeDeclaration(): string {
    const named = this.scope.variables.find(({ type }) => type === "number" || type === "function");
    const name = named !== undefined && this.maybe() ? named.name : `T${++this.count}`;
    const variable = `t${++this.count}`;
    this.scope.taken.add(variable);
    const keyword = this.pick(["type", "interface"]);
    const type =
      keyword === "type" ? `type ${name} = { q: number };` : `interface ${name} {\n  q: number;\n}`;
    if (name !== named?.name && this.scope.kind !== "top") return type;
    this.count++;
    return `${type}\nconst ${variable}: ${name} = { q: ${this.number(0)} };\nconsole.log(${variable});`;
  }
}
