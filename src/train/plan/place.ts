import { DTypeError } from "../../base/errors.js";
import { askFor, type Borrower, borrowed, returned } from "../../tensor/borrowing.js";
import type { FloatArray } from "../../tensor/kernels/float-array.js";
import { sizeOf, Tensor } from "../../tensor/tensor.js";
import type { At, Fields, Layout, Values } from "../../tensor/wasm/descriptor.js";
import { type Arena, type KernelMemory, kernelMemory } from "../../tensor/wasm/memory.js";
import { ReusedWorkspace } from "../../tensor/workspace.js";

interface Loan {
  readonly array: Float32Array;
  readonly copy: Float32Array;
  /** The copy has the values that count. */
  isOut: boolean;
}

/** Floats of a cache line. */
const CACHE_LINE = 16;

/**
 * Where a training computes: an arena of its own in the WebAssembly memory. It borrows the tensors that it trains
 * (borrowing.ts): borrow() copies their values in, and whoever looks at one of them meanwhile gets all of them back. Every
 * pointer is one into the memory, or the place says by an error that there is no room.
 */
export class Place implements Borrower {
  readonly memory: KernelMemory = kernelMemory();
  readonly arena: Arena = this.memory.arena();
  /** For layers that run by their own forward() and backward(): what they keep are ordinary arrays. */
  readonly workspace = new ReusedWorkspace();
  /** Copies in the memory by the arrays that they stand for. */
  private readonly copies = new Map<Float32Array, Float32Array>();
  /** The same as a list: a step allocates nothing. */
  private readonly loans: Loan[] = [];
  private isBorrowing = false;
  private roomFloats = 0;
  private readonly roomTakers: ((pointer: number) => void)[] = [];

  /** A tensor of zeros in the memory, which ends with the place. */
  zeros(shape: readonly number[]): Tensor {
    return new Tensor(this.arena.floats(sizeOf(shape)), shape);
  }

  /** Whole numbers in the memory. */
  integers(length: number): Int32Array {
    return this.arena.integers(length);
  }

  /** Room for so many floats of undefined content. */
  scratch(length: number): number {
    return this.arena.take(4 * length);
  }

  /** A kernel's arguments, which stay as they are while the place lives. */
  describe<Of extends Fields>(layout: Layout<Of>, values: Values<Of>): At<Layout<Of>> {
    return this.arena.descriptor(layout).fill(values).at;
  }

  /**
   * The same of a kernel that needs room of its own, of which the descriptor says how many floats it has: `rooms` of them one behind
   * the other, where several threads compute it. Kernels run one after the other, so all have the same room, which shareRoom() gives
   * them.
   */
  describeWithRoom<Of extends Fields & { readonly room: "scratch" }>(
    layout: Layout<Of>,
    values: Omit<Values<Of>, "room">,
    floatsOf: (descriptor: At<Layout<Of>>) => number,
    rooms = 1,
  ): At<Layout<Of>> {
    const descriptor = this.arena.descriptor(layout);
    const named: Readonly<Record<string, number | boolean>> = values;
    for (const field of layout.fields) descriptor.write(field, Number(named[field.name] ?? 0));
    const wholeLines = CACHE_LINE * Math.ceil(floatsOf(descriptor.at) / CACHE_LINE);
    this.roomFloats = Math.max(this.roomFloats, rooms * wholeLines);
    this.roomTakers.push((pointer) => descriptor.write(layout.field("room"), pointer));
    return descriptor.at;
  }

  /** When all are described, before the first of them runs. */
  shareRoom(): void {
    if (this.roomTakers.length === 0) return;
    const room = this.scratch(this.roomFloats);
    for (const take of this.roomTakers) take(room);
  }

  /** Where the tensor's numbers lie between borrow() and giveBack(). */
  pointer(tensor: Tensor): number {
    const array = float32(tensor.data);
    if (this.memory.holds(array)) return this.memory.pointer(array);
    let copy = this.copies.get(array);
    if (copy === undefined) {
      copy = this.arena.floats(array.length);
      this.copies.set(array, copy);
      this.loans.push({ array, copy, isOut: false });
    }
    return this.memory.pointer(copy);
  }

  /**
   * Whether some numbers were to be in two copies: two parameters over parts of one array that overlap. Such a network can't
   * be trained on copies.
   */
  get hasOverlaps(): boolean {
    const arrays = this.loans.map(({ array }) => array);
    return arrays.some((one, at) =>
      arrays.slice(at + 1).some((other) => one.buffer === other.buffer && overlap(one, other)),
    );
  }

  /** Takes the values of now, unless nobody has looked at them since the last time. An interrupt may end it anywhere. */
  borrow(): void {
    if (this.isBorrowing) return;
    this.memory.quiet();
    for (const loan of this.loans) {
      if (loan.isOut) continue;
      askFor(loan.array, this);
      loan.copy.set(loan.array);
      borrowed(loan.array, this);
      loan.isOut = true;
    }
    this.isBorrowing = true;
  }

  giveBack(): void {
    this.isBorrowing = false;
    this.memory.quiet();
    for (const loan of this.loans) {
      if (loan.isOut) loan.array.set(loan.copy);
      loan.isOut = false;
    }
    for (const { array } of this.loans) returned(array, this);
  }

  /** Gives everything back, and the memory free. A second time does nothing. */
  release(): void {
    this.giveBack();
    this.arena.release();
  }
}

function float32(array: FloatArray): Float32Array {
  if (array instanceof Float32Array) return array;
  throw new DTypeError("A compiled training takes float32 tensors; got a float64 one.");
}

function overlap(one: Float32Array, other: Float32Array): boolean {
  return (
    one.byteOffset < other.byteOffset + other.byteLength && other.byteOffset < one.byteOffset + one.byteLength
  );
}
