/**
 * Who works on copies of arrays (a training, in the WebAssembly memory) borrows them meanwhile. The first look at a tensor
 * over such an array gives all of them back with their values of then, so that nobody sees old numbers, and nobody's changes
 * are lost: the borrower copies them anew before it goes on.
 */
import type { FloatArray } from "./kernels/float-array.js";

export interface Borrower {
  /** Copies the values back and calls returned() for each array. Called again, after an interrupt, it does what is left. */
  giveBack(): void;
}

/** By what the arrays are views on: a part of an array, or its numbers under another shape, are borrowed with it. */
const borrowers = new Map<ArrayBufferLike, Borrower>();

/** Before the borrower copies the array: whoever else has borrowed it gives it back. */
export function askFor(array: FloatArray, borrower: Borrower): void {
  const other = borrowers.get(array.buffer);
  if (other !== borrower) other?.giveBack();
}

/** After the borrower has copied the array. */
export function borrowed(array: FloatArray, borrower: Borrower): void {
  borrowers.set(array.buffer, borrower);
}

export function returned(array: FloatArray, borrower: Borrower): void {
  if (borrowers.get(array.buffer) === borrower) borrowers.delete(array.buffer);
}

/** Before the array is read or written. */
export function settle(array: FloatArray): void {
  if (borrowers.size > 0) borrowers.get(array.buffer)?.giveBack();
}
