import { checkOptions, OptionError, StateError, showValue } from "../../base/errors.js";
import { BatchNorm } from "../../nn/layers/batch-norm.js";
import type { Layer } from "../../nn/layers/layer.js";
import { SampleNorm } from "../../nn/layers/sample-norm.js";
import { showShape, Tensor } from "../../tensor/tensor.js";

export interface LoadPyTorchOptions {
  /**
   * Where PyTorch's modules are in the network, by the names before the last point: { conv1: "0", bn1: "1", fc: "13" }. Default:
   * they have the same names, as those of an nn.Sequential with the same layers.
   */
  names?: Readonly<Record<string, string>>;
}

/** What PyTorch calls the state of a normalization. */
const OF_NORMALIZATIONS: Readonly<Record<string, string>> = {
  weight: "gamma",
  bias: "beta",
  running_mean: "runningMean",
  running_var: "runningVariance",
  num_batches_tracked: "numBatchesTracked",
};

/**
 * Copies a PyTorch state dict, saved with safetensors, into a network of the same layers, and returns the network. A
 * normalization's weight and bias become gamma and beta.
 *
 *     // In Python: safetensors.torch.save_file(model.state_dict(), "model.safetensors")
 *     const state = { "fc.weight": tensor([[1, 2]]), "fc.bias": tensor([3]) };   // loadTensors("model.safetensors").tensors
 *     loadPyTorch(state, new Sequential([new Linear(2, 1)]), { names: { fc: "0" } });
 *
 * @throws StateError when a name is missing or unknown, or a shape differs; then nothing has been changed.
 */
export function loadPyTorch<Network extends Layer>(
  state: Readonly<Record<string, Tensor>>,
  network: Network,
  options: LoadPyTorchOptions = {},
): Network {
  checkOptions("loadPyTorch", options, ["names"]);
  const { names = {} } = options;
  checkState(state);
  const layers = namedLayers(network);
  for (const [theirs, ours] of Object.entries(names))
    if (!layers.has(ours))
      throw new OptionError(
        `loadPyTorch: names.${theirs} says ${showValue(ours)}, and the network has no such layer. It has ${withState(layers)}.`,
      );

  const own = network.stateDict();
  const given = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(state)) {
    const at = name.lastIndexOf(".");
    const [module, what] = [name.slice(0, Math.max(at, 0)), name.slice(at + 1)];
    const place = Object.hasOwn(names, module) ? names[module] : module;
    const layer = layers.get(place);
    if (layer === undefined)
      throw new StateError(
        `loadPyTorch: the state has "${name}" ${showShape(value.shape)}, and the network has no layer "${module}". ` +
          `It has ${withState(layers)}. Say which is which: loadPyTorch(state, network, { names: { "${module}": "…" } }).`,
      );
    const isNorm = layer instanceof BatchNorm || layer instanceof SampleNorm;
    const ourName = `${place === "" ? "" : `${place}.`}${(isNorm && OF_NORMALIZATIONS[what]) || what}`;
    const target = own[ourName];
    if (target === undefined)
      throw new StateError(
        `loadPyTorch: "${name}" ${showShape(value.shape)} is for ${describe(place, layer)}, which has no such tensor. ` +
          "Make the layer with the options that PyTorch's has, such as bias or trackRunningStats.",
      );
    // One number may be [] or [1].
    const fits = target.size === 1 && value.size === 1 ? value.reshape(target.shape) : value;
    if (showShape(fits.shape) !== showShape(target.shape))
      throw new StateError(
        `loadPyTorch: "${name}" is ${showShape(value.shape)}, and ${describe(place, layer)} takes ${showShape(target.shape)} ` +
          "there. Build the network with the sizes that PyTorch's has.",
      );
    given.set(ourName, fits);
  }
  const missing = Object.keys(own).filter((name) => !given.has(name) && !isOptional(name));
  if (missing.length > 0)
    throw new StateError(
      `loadPyTorch: the state has nothing for ${missing.map((name) => `"${name}" ${showShape(own[name].shape)}`).join(", ")}.`,
    );
  network.loadStateDict({ ...own, ...Object.fromEntries(given) });
  return network;
}

/** What PyTorch does not save, or did not always. */
function isOptional(name: string): boolean {
  const what = name.slice(name.lastIndexOf(".") + 1);
  return what === "numBatchesTracked" || what === "step" || what === "noiseStep";
}

function checkState(state: unknown): void {
  const isState =
    typeof state === "object" &&
    state !== null &&
    Object.values(state).every((value) => value instanceof Tensor);
  if (!isState)
    throw new StateError(
      `loadPyTorch takes tensors by name, as loadTensors("model.safetensors").tensors gives them; got ${showValue(state)}.`,
    );
}

/** All layers of the network by the names that their state starts with. */
function namedLayers(layer: Layer, prefix = ""): Map<string, Layer> {
  const found = new Map([[prefix, layer]]);
  for (const [name, child] of layer.namedChildren())
    for (const [inner, innerLayer] of namedLayers(child, prefix === "" ? name : `${prefix}.${name}`))
      found.set(inner, innerLayer);
  return found;
}

function describe(place: string, layer: Layer): string {
  return `"${place}" (${layer.constructor.name})`;
}

/** The layers that have state of their own. */
function withState(layers: ReadonlyMap<string, Layer>): string {
  return Array.from(layers)
    .filter(([, layer]) => layer.children().length === 0 && Object.keys(layer.stateDict()).length > 0)
    .map(([place, layer]) => describe(place, layer))
    .join(", ");
}
