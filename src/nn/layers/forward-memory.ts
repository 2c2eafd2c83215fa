import type { DType } from "../../tensor/backends.js";
import { sizeOf, Tensor, zeros } from "../../tensor/tensor.js";
import { begins, ended } from "../../tensor/wasm/interrupted.js";
import { kernelMemory } from "../../tensor/wasm/memory.js";
import { ReusedWorkspace, type Workspace } from "../../tensor/workspace.js";
import type { Layer } from "./layer.js";
import { ownLayersOf } from "./own-layers.js";

/** So much lies in the kernels' memory, which a program never gives back; what is beyond lies in ordinary arrays, as it is copied. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Runs `look`, which calls forward() and copies what it needs of the outputs. The results of float32 layers lie in an arena of their
 * own meanwhile, where kernels find them without a copy; it is released afterwards, whatever happens. So `look` puts back what
 * the layers keep (withLayersKept). A network with a class of the reader's, who may keep what passes, works on ordinary arrays.
 *
 * @param ordinary for those, and for all that is no layer's
 */
export function withForwardMemory<Result>(
  network: Layer,
  dtype: DType,
  ordinary: Workspace,
  look: (workspace: Workspace) => Result,
): Result {
  const layers = dtype === "float32" ? ownLayersOf(network) : null;
  if (layers === null) return look(ordinary);
  const owners: ReadonlySet<object> = new Set(layers);
  const arena = kernelMemory().arena();
  const release = () => arena.release();
  let taken = 0;
  const own = new ReusedWorkspace((shape, ofDType) => {
    const size = sizeOf(shape);
    if (ofDType !== "float32" || taken + 4 * size > MOST_BYTES) return zeros(shape, ofDType);
    taken += 4 * size;
    return new Tensor(arena.memory.floats(arena.take(4 * size), size), shape);
  });
  begins(release);
  try {
    return look({
      tensor: (owner, slot, shape, ofDType) =>
        (owners.has(owner) ? own : ordinary).tensor(owner, slot, shape, ofDType),
    });
  } finally {
    release();
    ended(release);
  }
}
