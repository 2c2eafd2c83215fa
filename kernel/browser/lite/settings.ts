// JupyterLab's registry of settings, which compiles two validators for each of its 90 schemas before a notebook shows: a
// seventh of the scripts' time. They find nothing where nobody has set anything, and there the defaults are filled in here.
import { whenRested } from "./idle.js";
import type {
  Application,
  SettingConnector,
  SettingPlugin,
  SettingRegistries,
  SettingRegistry,
  SettingValidator,
} from "./jupyterlite.js";

/** What the schemas of settings use of JSON Schema, as far as it has to do with defaults. */
interface Schema {
  readonly $ref?: string;
  readonly default?: unknown;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | readonly Schema[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The part of a schema that "#/definitions/…" names. */
function resolve(root: Schema, ref: string): Schema {
  let place: unknown = root;
  for (const name of ref.split("/").slice(1))
    place = isObject(place) ? place[name.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  if (!ref.startsWith("#/") || !isObject(place)) throw new Error(`no part ${ref} of a schema`);
  return place;
}

const hasReference = (part: unknown): boolean =>
  typeof part === "object" && part !== null && ("$ref" in part || Object.values(part).some(hasReference));

/** Most defaults are no objects, and need no clone. */
const copyOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? structuredClone(value) : value;

/**
 * As Ajv has it with `useDefaults`: whatever is missing, at any depth, but not under anyOf and oneOf; there only what a
 * reference leads to that it compiles apart, as it does with what has references itself.
 */
function fill(schema: Schema, value: unknown, root: Schema): void {
  if (schema.$ref !== undefined) fill(resolve(root, schema.$ref), value, root);
  for (const part of schema.allOf ?? []) fill(part, value, root);
  for (const { $ref } of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const part = $ref === undefined ? undefined : resolve(root, $ref);
    if (part !== undefined && hasReference(part)) fill(part, value, root);
  }
  if (Array.isArray(value)) fillArray(schema.items, value, root);
  else if (isObject(value)) fillObject(schema, value, root);
}

function fillArray(items: Schema["items"], values: unknown[], root: Schema): void {
  if (items === undefined) return;
  const parts: readonly Schema[] = Array.isArray(items) ? items : values.map(() => items as Schema);
  parts.forEach((part, at) => {
    if (values[at] === undefined && part.default !== undefined) values[at] = copyOf(part.default);
    if (at < values.length) fill(part, values[at], root);
  });
}

function fillObject(
  { properties = {}, patternProperties = {}, additionalProperties }: Schema,
  value: Record<string, unknown>,
  root: Schema,
): void {
  for (const [name, part] of Object.entries(properties))
    if (value[name] === undefined && part.default !== undefined) value[name] = copyOf(part.default);
  const patterns = Object.entries(patternProperties).map(
    ([pattern, part]) => [new RegExp(pattern, "u"), part] as const,
  );
  for (const [name, child] of Object.entries(value)) {
    const parts = patterns.filter(([pattern]) => pattern.test(name)).map(([, part]) => part);
    if (Object.hasOwn(properties, name)) parts.push(properties[name]);
    if (parts.length === 0 && isObject(additionalProperties)) parts.push(additionalProperties);
    for (const part of parts) fill(part, child, root);
  }
}

/** A schema's defaults, as its validator gives them to a reader who has set nothing. */
export function defaultsOf(schema: object): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  fill(schema, value, schema);
  return value;
}

const shortcuts = "@jupyterlab/shortcuts-extension:shortcuts";

/** What JupyterLab takes for no settings of the reader's own. */
const nothing = /^\s*\{\s*\}\s*$/;

class Validator implements SettingValidator {
  readonly #make: () => SettingValidator;
  #strict: SettingValidator | undefined;

  constructor(make: () => SettingValidator) {
    this.#make = make;
  }

  validateData(plugin: SettingPlugin, populates = true): object[] | null {
    if (nothing.test(plugin.raw)) {
      if (populates) plugin.data = { composite: defaultsOf(plugin.schema), user: {} };
      return null;
    }
    this.#strict ??= this.#make();
    return this.#strict.validateData(plugin, populates);
  }
}

/** Stands in for @jupyterlab/apputils-extension:settings, which the page leaves out. */
export function createSettings({
  DefaultSchemaValidator,
  ISettingConnector,
  ISettingRegistry,
  SettingRegistry,
}: SettingRegistries): object {
  /**
   * JupyterLab's plugin for shortcuts has them loaded again whenever another plugin brings some, a dozen times while the
   * page starts: each time 150 shortcuts are taken back and made again, with a signal for each, at which a dozen others
   * look through all shortcuts. Most bring none, and those of all that are there at the start are known by then. Here it is
   * done once for all that come until the page has rested (nobody waits for it), and once for all of one turn after that.
   */
  class GatheringRegistry extends SettingRegistry {
    readonly #rested: Promise<unknown>;
    #gathered: Promise<unknown> | undefined;

    constructor(options: ConstructorParameters<typeof SettingRegistry>[0], rested: Promise<unknown>) {
      super(options);
      this.#rested = rested;
    }

    override load(id: string, forced = false): Promise<unknown> {
      if (!forced || id !== shortcuts) return super.load(id, forced);
      this.#gathered ??= this.#rested.then(() => {
        this.#gathered = undefined;
        return super.load(id, true);
      });
      return this.#gathered;
    }
  }

  /** Of plugins that the registry did not know when the page began. */
  async function loadOthers(
    app: Application,
    registry: SettingRegistry,
    connector: SettingConnector,
  ): Promise<void> {
    await app.restored;
    const { ids } = await connector.list("ids");
    const others = ids.filter((id) => app.hasPlugin(id) && !(id in registry.plugins));
    await Promise.all(
      others.map((id) =>
        registry
          .load(id)
          .catch((error: unknown) => console.warn(`The settings of ${id} are not there`, error)),
      ),
    );
  }

  return {
    id: "@normlab/kernel:settings",
    description: "The registry of settings, which checks what a reader has set.",
    autoStart: true,
    provides: ISettingRegistry,
    requires: [ISettingConnector],
    activate: async (app: Application, connector: SettingConnector): Promise<SettingRegistry> => {
      const { values } = await connector.list("active");
      const plugins = values.filter(({ id }) => app.hasPlugin(id));
      const validator = new Validator(() => new DefaultSchemaValidator());
      const registry = new GatheringRegistry(
        { connector, plugins, validator },
        app.restored.then(whenRested),
      );
      loadOthers(app, registry, connector).catch((error: unknown) => console.warn(error));
      return registry;
    },
  };
}
