import { nearestOf, StateError } from "../base/errors.js";
import { sameShape, showShape, Tensor } from "../tensor/tensor.js";

/** Copies of tensors by name, as stateDict() returns them. */
export function copyState(own: readonly [name: string, value: Tensor][]): Record<string, Tensor> {
  return Object.fromEntries(own.map(([name, value]) => [name, value.clone()]));
}

/**
 * Copies the tensors of `state` into `own`. Throws a StateError when a name is missing or unknown or a shape
 * differs, and has then changed nothing.
 */
export function loadState(
  owner: string,
  own: readonly [name: string, value: Tensor][],
  state: Record<string, Tensor>,
): void {
  const names = own.map(([name]) => name);
  for (const name of Object.keys(state)) {
    if (names.includes(name)) continue;
    const nearest = nearestOf(name, names);
    const hint = nearest === undefined ? "" : ` The nearest is "${nearest}".`;
    throw new StateError(`loadStateDict: this ${owner} has no "${name}".${hint}`);
  }
  for (const [name, value] of own) {
    const given = state[name];
    if (!(given instanceof Tensor))
      throw new StateError(`loadStateDict: "${name}" ${showShape(value.shape)} is missing from the state.`);
    if (!sameShape(given.shape, value.shape))
      throw new StateError(
        `loadStateDict: "${name}" has shape ${showShape(value.shape)} in this ${owner} and ` +
          `${showShape(given.shape)} in the state. Build it with the sizes it was saved with.`,
      );
  }
  for (const [name, value] of own) value.data.set(state[name].data);
}
