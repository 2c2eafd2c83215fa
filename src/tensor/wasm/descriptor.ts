/**
 * The arguments of a float32 kernel as one struct in the WebAssembly memory, whose layout exports.ts has from the assembly.
 * It is written once, when the arrays are laid out; the kernel gets its address.
 */
import type { FloatArray } from "../kernels/float-array.js";

/** What a field holds (assembly/fields.ts): the address of an array and what the kernel does to it, or a number. */
export type FieldKind = "input" | "output" | "inPlace" | "scratch" | "i32" | "flag" | "f32" | "f64";

export type Fields = Readonly<Record<string, FieldKind>>;

/** The address of a descriptor of this layout. */
export type At<Of> = number & { readonly of?: Of };

/** The values of the fields, arrays by their addresses. */
export type Values<Of extends Fields> = {
  readonly [Name in keyof Of]: Of[Name] extends "flag" ? boolean : number;
};

/** The values of the fields, arrays as they are: null where the kernel can do without. */
export type ArrayValues<Of extends Fields> = {
  readonly [Name in keyof Of]: Of[Name] extends "input" | "output" | "inPlace"
    ? FloatArray | Int32Array | null
    : Values<Of>[Name];
};

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly offset: number;
}

/** Where each field lies: one behind the other, each at a multiple of its size, as AssemblyScript lays out a class. */
export class Layout<Of extends Fields> {
  readonly fields: readonly Field[];
  readonly bytes: number;
  private readonly byName: ReadonlyMap<keyof Of, Field>;

  constructor(kinds: Of) {
    let end = 0;
    this.fields = Object.entries(kinds).map(([name, kind]) => {
      const size = kind === "f64" ? 8 : 4;
      const offset = Math.ceil(end / size) * size;
      end = offset + size;
      return { name, kind, offset };
    });
    this.byName = new Map(this.fields.map((field) => [field.name, field]));
    this.bytes = end;
  }

  field(name: keyof Of): Field {
    const field = this.byName.get(name);
    if (field === undefined) throw new RangeError(`A descriptor has no field "${String(name)}".`);
    return field;
  }
}

/** A descriptor in a memory: `layout.bytes` bytes that start at a multiple of 8. */
export class Descriptor<Of extends Fields> {
  private readonly view: DataView;

  /** Its fields are undefined: fill() it. */
  constructor(
    readonly layout: Layout<Of>,
    buffer: ArrayBufferLike,
    readonly at: At<Layout<Of>>,
  ) {
    // A shared memory that grows leaves this view as it is.
    this.view = new DataView(buffer, at, layout.bytes);
  }

  fill(values: Values<Of>): this {
    return this.update(values);
  }

  /** Some fields anew: what changes from step to step, such as a learning rate. */
  update(values: Partial<Values<Of>>): this {
    for (const field of this.layout.fields) {
      const value = values[field.name];
      if (value !== undefined) this.write(field, Number(value));
    }
    return this;
  }

  write({ kind, offset }: Field, value: number): void {
    if (kind === "f64") this.view.setFloat64(offset, value, true);
    else if (kind === "f32") this.view.setFloat32(offset, value, true);
    else this.view.setUint32(offset, value, true);
  }
}
