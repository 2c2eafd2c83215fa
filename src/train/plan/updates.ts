import { Adam, type AdamCorrections } from "../../nn/optimizers/adam.js";
import type { Optimizer } from "../../nn/optimizers/optimizer.js";
import { SGD } from "../../nn/optimizers/sgd.js";
import type { Parameter } from "../../nn/parameter.js";
import { updateWeights } from "../../tensor/wasm/team.js";
import type { Place } from "./place.js";

/**
 * The optimizer's step as calls on the place's memory; null for an optimizer of the reader's own. `staysOutside` says which
 * parameters the layers themselves work on: they are updated where they are.
 */
export function updatesOf(
  optimizer: Optimizer,
  place: Place,
  staysOutside: (parameter: Parameter) => boolean,
): (() => void) | null {
  const stays = (parameter: Parameter) => parameter.value.dtype !== "float32" || staysOutside(parameter);
  // The exact classes: one that extends SGD may compute something else.
  if (optimizer instanceof SGD && optimizer.constructor === SGD) return sgdUpdates(optimizer, place, stays);
  if (optimizer instanceof Adam && optimizer.constructor === Adam)
    return adamUpdates(optimizer, place, stays);
  return null;
}

function sgdUpdates(optimizer: SGD, place: Place, stays: (parameter: Parameter) => boolean): () => void {
  const { memory } = place;
  let at = 0;
  const updates = optimizer.groups.flatMap((group, groupAt) =>
    group.parameters.map((parameter) => {
      const { value, gradient } = parameter;
      const own = at++;
      if (stays(parameter)) return () => optimizer.move(groupAt, own);
      const weight = place.pointer(value);
      const weightGradient = place.pointer(gradient);
      const velocity = optimizer.velocities[own];
      const velocityPointer = velocity ? place.pointer(velocity) : 0;
      // The rate is read at each step: a schedule changes it.
      return () =>
        updateWeights(
          memory,
          weight,
          weightGradient,
          velocityPointer,
          value.size,
          group.learningRate,
          group.momentum,
          group.weightDecay,
          group.nesterov,
        );
    }),
  );
  return () => {
    for (const update of updates) update();
    place.borrow();
  };
}

function adamUpdates(optimizer: Adam, place: Place, stays: (parameter: Parameter) => boolean): () => void {
  const { kernels } = place.memory;
  let at = 0;
  const groups = optimizer.groups.map((group, groupAt) =>
    group.parameters.map((parameter) => {
      const { value, gradient } = parameter;
      const own = at++;
      if (stays(parameter))
        return (corrections: AdamCorrections) => optimizer.move(groupAt, own, corrections);
      const weight = place.pointer(value);
      const weightGradient = place.pointer(gradient);
      const { first, second } = optimizer.momentsOf(own);
      const [firstPointer, secondPointer] = [place.pointer(first), place.pointer(second)];
      const { size } = value;
      return ({ correction1, correction2 }: AdamCorrections) =>
        kernels.adam(
          weight,
          weightGradient,
          firstPointer,
          secondPointer,
          size,
          group.learningRate,
          group.beta1,
          group.beta2,
          group.eps,
          group.weightDecay,
          group.decoupled,
          correction1,
          correction2,
        );
    }),
  );
  return () => {
    groups.forEach((updates, group) => {
      const corrections = optimizer.countStep(group);
      for (const update of updates) update(corrections);
    });
    place.borrow();
  };
}
