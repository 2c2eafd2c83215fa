import type { Partition, Split } from "../data/split.js";
import { recalibrate } from "../nn/layers/recalibrate.js";
import type { Sequential } from "../nn/layers/sequential.js";
import { checkSchedule } from "../nn/schedules/schedule.js";
import type { Tensor } from "../tensor/tensor.js";
import { DivergenceError } from "../train/divergence.js";
import { evaluate } from "../train/evaluate.js";
import type { History } from "../train/history.js";
import { Trainer } from "../train/trainer.js";
import { buildData, buildNetwork, buildOptimizer } from "./build.js";
import { courseOf, type ExperimentResult, hashOf, keyOf, resultEvaluation } from "./result.js";
import { type RunOptions, RunStoppedError } from "./run-options.js";
import type { CheckedSpec } from "./spec.js";

/** runExperiment() for a spec that was checked before; a file of its own, so that workers start without the checker. */
export async function runChecked(spec: CheckedSpec, options: RunOptions = {}): Promise<ExperimentResult> {
  const data = buildData(spec);
  const { inputs, classes } = data.train;
  const network = buildNetwork(spec, inputs.shape.slice(1), classes);
  const { seed, batchSize, lastBatch, batchOrder } = spec;
  const optimizer = buildOptimizer(spec, network);
  const trainer = new Trainer({ network, optimizer, batchSize, seed, lastBatch, batchOrder });
  const { history, diverged } = await train(trainer, spec, data, options);
  if (history.stopped === "aborted") throw new RunStoppedError("The run was stopped before it had a result.");
  return {
    key: keyOf(spec),
    spec,
    status: diverged ? "diverged" : history.stopped,
    steps: trainer.stepsDone,
    ...(diverged && { diverged: { step: diverged.step, layer: diverged.layer } }),
    ...courseOf(history, spec.milestones),
    finally: diverged ? {} : finalEvaluations(spec, network, data),
    hash: hashOf(history, network),
  };
}

async function train(
  trainer: Trainer,
  spec: CheckedSpec,
  data: Partition,
  { signal, progress = false }: RunOptions,
): Promise<{ history: History; diverged?: DivergenceError }> {
  const parts = Object.fromEntries(spec.evaluate.map((part) => [part, data[part]]));
  const { validation, ...others } = parts;
  const { steps, epochs, evaluateEvery, earlyStop, probes, probeEvery, probeSize, clipGradients } = spec;
  const schedule = spec.schedule && checkSchedule("spec.schedule", spec.schedule);
  try {
    const history = await trainer.fit(data.train, {
      steps,
      epochs,
      validation,
      evaluate: others,
      evaluateEvery,
      earlyStop,
      schedule,
      clipGradients,
      probes,
      probeEvery,
      probeSize,
      signal,
      progress,
    });
    return { history };
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    return { history: error.history, diverged: error };
  }
}

function finalEvaluations(
  spec: CheckedSpec,
  network: Sequential,
  data: Partition,
): ExperimentResult["finally"] {
  const results = spec.finally.map(({ name, on, statistics, batchSize, sorted }) => {
    const examples = sorted ? inOrderOfClasses(data[on]) : data[on];
    return [
      name,
      resultEvaluation(evaluate(withStatistics(spec, network, data, statistics), examples, { batchSize })),
    ];
  });
  return Object.fromEntries(results);
}

/** The trained network, or a copy whose BatchNorms use other statistics. */
function withStatistics(
  spec: CheckedSpec,
  network: Sequential,
  { train }: Partition,
  statistics: "running" | "batch" | "recalibrated",
): Sequential {
  if (statistics === "running" || spec.network.norm !== "batch") return network;
  const copy = buildNetwork(spec, train.inputs.shape.slice(1), train.classes, statistics === "recalibrated");
  const wanted = Object.keys(copy.stateDict());
  const state = Object.entries(network.stateDict()).filter(([name]) => wanted.includes(name));
  copy.loadStateDict(Object.fromEntries(state) as Record<string, Tensor>);
  if (statistics === "recalibrated") recalibrate(copy, train);
  return copy;
}

function inOrderOfClasses(split: Split): Split {
  const order = Array.from(split.labels.keys()).sort((a, b) => split.labels[a] - split.labels[b] || a - b);
  return split.subset(order);
}
