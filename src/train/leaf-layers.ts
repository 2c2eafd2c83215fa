import { OptionError } from "../base/errors.js";
import type { Layer } from "../nn/layers/layer.js";
import { Residual } from "../nn/layers/residual.js";
import { Sequential } from "../nn/layers/sequential.js";

/**
 * A layer of a network with the name it has in stateDict(): its place, "0", or "1.0" inside a Sequential at place 1, or
 * "1.branch.0" inside the branch of a Residual there.
 */
export interface NamedLayer {
  name: string;
  layer: Layer;
}

/** The layers that compute, in the order of forward(): those inside Sequentials and Residuals instead of these. */
export function leafLayers(network: Layer, prefix = ""): NamedLayer[] {
  if (!(network instanceof Sequential || network instanceof Residual))
    return [{ name: prefix === "" ? "0" : prefix, layer: network }];
  return network
    .namedChildren()
    .flatMap(([name, layer]) => leafLayers(layer, prefix === "" ? name : `${prefix}.${name}`));
}

/** "1 (BatchNorm)", for messages. */
export function describeLayer({ name, layer }: NamedLayer): string {
  return `${name} (${layer.constructor.name})`;
}

/** The layer at a place (negative: from the end) or with a name; an OptionError lists the layers when there is none. */
export function findLayer(network: Layer, which: number | string): NamedLayer {
  const layers = leafLayers(network);
  const found = typeof which === "number" ? layers.at(which) : layers.find(({ name }) => name === which);
  if (found) return found;
  throw new OptionError(
    `There is no layer ${JSON.stringify(which)} in this network. Its layers: ${layers.map(describeLayer).join(", ")}.`,
  );
}
