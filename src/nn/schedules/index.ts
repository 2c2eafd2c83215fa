/** What `schedule` offers: learning rates that change over a training. */
export {
  at,
  type ConstantSchedule,
  type CosineSchedule,
  constant,
  cosine,
  type Schedule,
  type StepSchedule,
  step,
  type WarmupSchedule,
  warmup,
} from "./schedule.js";
