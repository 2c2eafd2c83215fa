import { StateError } from "../../base/errors.js";
import { DataError } from "../../data/data-error.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Trainer } from "../trainer.js";
import { loadCarryOver, type SavedCarryOver, saveCarryOver } from "./carry-over-file.js";
import { prefixed, startingWith } from "./prefixes.js";
import { loadTensors, saveTensors } from "./safetensors.js";

/** What a checkpoint says besides its tensors. */
interface Progress {
  format: "normlab checkpoint 2";
  stepsDone: number;
  /** Of each optimizer's groups, since they may be changed between steps. */
  learningRates: number[][];
  /** These decide which examples come in the batch of a step. */
  batches: Record<string, unknown>;
  carryOver: SavedCarryOver;
}

/**
 * Saves all that a training needs to go on: parameters and statistics of the network, the optimizer's memory, the state of the random
 * streams and the step; how far early stopping is, with the best parameters where they are to be put back; and how far the
 * probed layers have drifted. The file is in the safetensors format, so Python reads its tensors too; it is written under a
 * temporary name and renamed when it is complete. It may be saved from onStep, while a fit() runs.
 */
export function saveCheckpoint(file: string, trainer: Trainer): void {
  const { saved, tensors } = saveCarryOver(trainer.carryOver);
  const progress: Progress = {
    format: "normlab checkpoint 2",
    stepsDone: trainer.stepsDone,
    learningRates: trainer.optimizers.map(({ groups }) => groups.map(({ learningRate }) => learningRate)),
    batches: batchesOf(trainer),
    carryOver: saved,
  };
  saveTensors(file, { ...stateOf(trainer), ...tensors }, { normlab: JSON.stringify(progress) });
}

/**
 * Puts a trainer that was built as the saved one was (same network, optimizer, seeds and batches) where the saved one stood;
 * its next fit() gives the same bits as if the training had never stopped, and with the same earlyStop stops where that would.
 *
 * Throws a DataError when the file is damaged, a StateError when it belongs to another training; then nothing has changed.
 */
export function loadCheckpoint(file: string, trainer: Trainer): void {
  const { tensors, metadata } = loadTensors(file);
  const progress = parseProgress(file, metadata.normlab);
  const own = JSON.stringify(batchesOf(trainer));
  const saved = JSON.stringify(progress.batches);
  if (own !== saved)
    throw new StateError(
      `${file} was saved by a training with the batches ${saved}, this trainer has ${own}. Build the trainer as it was.`,
    );
  const groups = (rates: readonly (readonly unknown[])[]) => rates.map(({ length }) => length).join(" + ");
  const ownGroups = groups(trainer.optimizers.map((optimizer) => optimizer.groups));
  if (groups(progress.learningRates) !== ownGroups)
    throw new StateError(
      `${file} has optimizers with ${groups(progress.learningRates)} groups of parameters, this trainer has ${ownGroups}.`,
    );
  const carryOver = loadCarryOver(file, progress.carryOver, tensors);
  // What stood before is kept, to be put back when a later part turns out not to fit.
  const before = stateOf(trainer);
  try {
    putState(trainer, tensors);
  } catch (error) {
    putState(trainer, before);
    throw error;
  }
  trainer.stepsDone = progress.stepsDone;
  trainer.optimizers.forEach((optimizer, place) => {
    optimizer.groups.forEach((group, at) => {
      group.learningRate = progress.learningRates[place][at];
    });
  });
  const carried = trainer.carryOver;
  carried.stopping = carryOver.stopping;
  carried.updates = carryOver.updates;
  carried.drifts.clear();
  for (const [series, state] of carryOver.drifts) carried.drifts.set(series, state);
}

function batchesOf({ seed, batchSize, lastBatch, batchOrder, random }: Trainer): Record<string, unknown> {
  return { seed, batchSize, lastBatch, batchOrder, random: random.state() };
}

function stateOf({ network, optimizers }: Trainer): Record<string, Tensor> {
  const parts = [
    prefixed("network.", network.stateDict()),
    ...optimizers.map((optimizer, place) => prefixed(`optimizer.${place}.`, optimizer.stateDict())),
  ];
  return Object.assign({}, ...parts);
}

function putState({ network, optimizers }: Trainer, state: Record<string, Tensor>): void {
  network.loadStateDict(startingWith("network.", state));
  optimizers.forEach((optimizer, place) => {
    optimizer.loadStateDict(startingWith(`optimizer.${place}.`, state));
  });
}

function parseProgress(file: string, text: string | undefined): Progress {
  if (text === undefined)
    throw new StateError(
      `${file} holds tensors, but no training: saveCheckpoint() did not write it. Read it with loadTensors().`,
    );
  let progress: Partial<Progress>;
  try {
    progress = JSON.parse(text);
  } catch {
    throw new DataError({ file }, "what it says about the training is no JSON. The file is damaged.");
  }
  if (progress.format !== "normlab checkpoint 2")
    throw new StateError(
      `${file} has the format ${JSON.stringify(progress.format)}; this version reads "normlab checkpoint 2".`,
    );
  const { stepsDone, learningRates, batches, carryOver } = progress;
  const whole =
    Number.isSafeInteger(stepsDone) &&
    Array.isArray(learningRates) &&
    learningRates.every((rates) => Array.isArray(rates) && rates.every((rate) => Number.isFinite(rate))) &&
    typeof batches === "object" &&
    typeof carryOver === "object";
  if (!whole)
    throw new DataError({ file }, "what it says about the training is incomplete. The file is damaged.");
  return progress as Progress;
}
