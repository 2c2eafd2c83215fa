import { StateError } from "../../base/errors.js";
import { DataError } from "../../data/data-error.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Trainer } from "../trainer.js";
import { loadTensors, saveTensors } from "./safetensors.js";

/** What a checkpoint says besides its tensors. */
interface Progress {
  format: "normlab checkpoint 1";
  stepsDone: number;
  /** Of each optimizer, since it may be changed between steps. */
  learningRates: number[];
  /** These decide which examples come in the batch of a step. */
  batches: Record<string, unknown>;
}

/**
 * Saves all that a training needs to go on: parameters and statistics of the network, the optimizer's memory, the state of the random
 * streams and the step. The file is in the safetensors format, so Python reads its tensors too; it is written under a
 * temporary name and renamed when it is complete.
 */
export function saveCheckpoint(file: string, trainer: Trainer): void {
  const progress: Progress = {
    format: "normlab checkpoint 1",
    stepsDone: trainer.stepsDone,
    learningRates: trainer.optimizers.map(({ learningRate }) => learningRate),
    batches: batchesOf(trainer),
  };
  saveTensors(file, stateOf(trainer), { normlab: JSON.stringify(progress) });
}

/**
 * Puts a trainer that was built as the saved one was (same network, optimizer, seeds and batches) where the saved one stood;
 * its next fit() gives the same bits as if the training had never stopped.
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
  if (progress.learningRates.length !== trainer.optimizers.length)
    throw new StateError(
      `${file} has ${progress.learningRates.length} optimizers, this trainer ${trainer.optimizers.length}.`,
    );
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
    optimizer.learningRate = progress.learningRates[place];
  });
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

function prefixed(prefix: string, tensors: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [prefix + name, value]));
}

function startingWith(prefix: string, tensors: Record<string, Tensor>): Record<string, Tensor> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
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
  if (progress.format !== "normlab checkpoint 1")
    throw new StateError(
      `${file} has the format ${JSON.stringify(progress.format)}; this version reads "normlab checkpoint 1".`,
    );
  const { stepsDone, learningRates, batches } = progress;
  const whole =
    Number.isSafeInteger(stepsDone) &&
    Array.isArray(learningRates) &&
    learningRates.every((rate) => Number.isFinite(rate)) &&
    typeof batches === "object";
  if (!whole)
    throw new DataError({ file }, "what it says about the training is incomplete. The file is damaged.");
  return progress as Progress;
}
