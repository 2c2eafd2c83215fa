// The playground's page: controls, pictures, and what they say in words. The start page has a part of it.
import { Charts, drawSurface } from "./charts.js";
import type { Frame, FromTrainer, Points, ToTrainer } from "./messages.js";
import { isOtherTraining, linkOf, type PlaygroundState, stateFrom, stateOfLink } from "./state.js";

const find = (id: string) => document.getElementById(id);

/** Where normlab and the worker are, as the page's element says. */
const place = find("playground")?.dataset ?? {};
const module = new URL(place.module ?? "", location.href).href;
const worker = new Worker(new URL(place.worker ?? "", location.href), { type: "module" });
const tell = (message: ToTrainer) => worker.postMessage(message);

const form = find("settings") instanceof HTMLFormElement ? (find("settings") as HTMLFormElement) : undefined;
const charts = new Charts(find);
let state: PlaygroundState = stateOfLink(location.hash);
let points: Points | undefined;
let latest: Frame | undefined;
let plays = false;

function say(id: string, text: string): void {
  const element = find(id);
  if (element !== null && element.textContent !== text) element.textContent = text;
}

// ---- controls

function fillForm(): void {
  for (const element of form?.elements ?? [])
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement)
      if (element.name !== "") element.value = String(state[element.name as keyof PlaygroundState]);
}

function readForm(): PlaygroundState {
  if (form === undefined) return state;
  const values = new FormData(form);
  return stateFrom({ get: (name) => (name === "steps" ? "0" : (values.get(name)?.toString() ?? null)) });
}

function begin(): void {
  charts.clear();
  tell({ type: "begin", module, state, plays });
}

function setPlaying(next: boolean): void {
  plays = next;
  tell({ type: plays ? "play" : "pause" });
  say("play", plays ? "Pause" : "Play");
}

function changed(): void {
  const next = readForm();
  if (isOtherTraining(state, next)) {
    state = next;
    begin();
  } else if (next.mode !== state.mode) {
    state = { ...state, mode: next.mode };
    tell({ type: "mode", mode: state.mode });
  }
  showLink();
}

function reset(): void {
  state = { ...state, steps: 0 };
  begin();
  showLink();
}

form?.addEventListener("change", changed);
form?.addEventListener("submit", (event) => event.preventDefault());
find("play")?.addEventListener("click", () => setPlaying(!plays));
find("step")?.addEventListener("click", () => {
  setPlaying(false);
  tell({ type: "step" });
});
find("reset")?.addEventListener("click", reset);
find("replay")?.addEventListener("click", () => {
  reset();
  setPlaying(true);
});
find("copy")?.addEventListener("click", () => {
  void navigator.clipboard.writeText(location.href).then(() => say("copied", "copied"));
});
addEventListener("hashchange", () => {
  const next = stateOfLink(location.hash);
  if (linkOf(next) === linkOf(linked())) return;
  state = next;
  plays = false;
  say("play", "Play");
  fillForm();
  begin();
});
document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (form === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLButtonElement
  )
    return;
  if (event.key === " ") setPlaying(!plays);
  else if (event.key === "s") find("step")?.click();
  else if (event.key === "r") reset();
  else return;
  event.preventDefault();
});

/** The state with the steps that were done: who opens its link sees what is shown. */
const linked = (): PlaygroundState => ({ ...state, steps: latest?.step ?? state.steps });

function showLink(): void {
  if (form === undefined) return;
  history.replaceState(null, "", linkOf(linked()) || "#");
  say("copied", "");
}

// ---- what comes from the worker

const titles = { plain: "plain", normalized: "normalized" } as const;
const percent = (part: number) => `${(part * 100).toFixed(0)} %`;

function show(frame: Frame): void {
  latest = frame;
  if (points === undefined) return;
  for (const side of frame.sides) {
    const canvas = find(`surface-${side.name}`);
    if (canvas instanceof HTMLCanvasElement) {
      drawSurface(canvas, side, points);
      canvas.setAttribute(
        "aria-label",
        `What the ${titles[side.name]} network decides: ${percent(side.accuracy)} right`,
      );
    }
    say(`accuracy-${side.name}`, side.diverged === null ? `${percent(side.accuracy)} right` : "diverged");
  }
  charts.show(frame);
  say("steps", String(frame.step));
  say("speed", frame.speed > 0 ? `${Math.round(frame.speed)} steps/s` : "paused");
  say("hash", frame.hash === null ? "…" : frame.hash.slice(0, 16));
  find("hash")?.setAttribute("data-whole", frame.hash ?? "");
  say("happened", happened(frame));
  if (frame.hash !== null) showLink();
}

/** A sentence about what just happened. */
function happened({ step, sides }: Frame): string {
  const [plain, normalized] = sides;
  if (plain.diverged !== null && normalized.diverged !== null)
    return `Both diverged. The plain network: ${plain.diverged} The normalized one: ${normalized.diverged}`;
  for (const [one, other] of [
    [plain, normalized],
    [normalized, plain],
  ])
    if (one.diverged !== null)
      return `The ${one.name} network: ${one.diverged} The ${other.name} one goes on, ${percent(other.accuracy)} right.`;
  if (step === 0) return "Both networks have the same first weights and see the same batches.";
  const [first, second] = plain.accuracy >= normalized.accuracy ? [plain, normalized] : [normalized, plain];
  if (first.accuracy - second.accuracy < 0.03)
    return `After ${step} steps both are about as good: ${percent(first.accuracy)} and ${percent(second.accuracy)} right.`;
  return `After ${step} steps the ${first.name} network is ahead: ${percent(first.accuracy)} right, the ${second.name} one ${percent(second.accuracy)}.`;
}

worker.addEventListener("message", ({ data }: MessageEvent<FromTrainer>) => {
  if (data.type === "frame") show(data.frame);
  else if (data.type === "begun") points = data.points;
  else say("happened", `The training could not begin: ${data.reason}`);
});
worker.addEventListener("error", ({ message }) =>
  say("happened", `The training could not begin: ${message}`),
);

fillForm();
// The start page shows something that moves, unless its reader wants nothing to.
if (form === undefined) plays = !matchMedia("(prefers-reduced-motion: reduce)").matches;
begin();
