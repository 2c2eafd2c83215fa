import { Adam, type AdamCorrections } from "../../nn/optimizers/adam.js";
import type { Optimizer } from "../../nn/optimizers/optimizer.js";
import { SGD } from "../../nn/optimizers/sgd.js";
import type { Parameter } from "../../nn/parameter.js";
import { AdamRates, AdamUpdate, SGDRates, SGDUpdate } from "../../tensor/wasm/exports.js";
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
  const { memory, arena } = place;
  let at = 0;
  const groups = optimizer.groups.map((group, groupAt) => {
    const rates = arena.descriptor(SGDRates);
    const updates = group.parameters.map(({ value, gradient }, of) => {
      const own = at++;
      if (stays(group.parameters[of])) return () => optimizer.move(groupAt, own);
      const velocity = optimizer.velocities[own];
      const update = place.describe(SGDUpdate, {
        weight: place.pointer(value),
        gradient: place.pointer(gradient),
        velocity: velocity ? place.pointer(velocity) : 0,
        length: value.size,
      });
      return () => updateWeights(memory, update, rates.at, value.size);
    });
    return { group, rates, updates };
  });
  return () => {
    for (const { group, rates, updates } of groups) {
      // A schedule changes the rate, and a reader what he likes.
      rates.update(group);
      for (const update of updates) update();
    }
    place.borrow();
  };
}

function adamUpdates(optimizer: Adam, place: Place, stays: (parameter: Parameter) => boolean): () => void {
  const { memory, arena } = place;
  let at = 0;
  const groups = optimizer.groups.map((group, groupAt) => {
    const rates = arena.descriptor(AdamRates);
    const updates = group.parameters.map(({ value, gradient }, of) => {
      const own = at++;
      if (stays(group.parameters[of]))
        return (corrections: AdamCorrections) => optimizer.move(groupAt, own, corrections);
      const { first, second } = optimizer.momentsOf(own);
      const update = place.describe(AdamUpdate, {
        weight: place.pointer(value),
        gradient: place.pointer(gradient),
        first: place.pointer(first),
        second: place.pointer(second),
        length: value.size,
      });
      return () => memory.kernels.adam(update, rates.at);
    });
    return { group, rates, updates };
  });
  return () => {
    groups.forEach(({ group, rates, updates }, groupAt) => {
      const corrections = optimizer.countStep(groupAt);
      rates.update(group).update(corrections);
      for (const update of updates) update(corrections);
    });
    place.borrow();
  };
}
