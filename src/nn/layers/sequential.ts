import { ValueError } from "../../base/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Workspace } from "../../tensor/workspace.js";
import type { Parameter } from "../parameter.js";
import { checkEachOnce } from "./all-layers.js";
import { Layer } from "./layer.js";

/**
 * Layers one after the other: forward() from the first to the last, backward() from the last to the first.
 * The names in stateDict() start with the layer's place: "0.weight", "1.gamma".
 */
export class Sequential extends Layer {
  readonly layers: readonly Layer[];

  constructor(layers: readonly Layer[]) {
    super();
    if (!Array.isArray(layers))
      throw new ValueError("Sequential takes one array of layers: new Sequential([a, b]).");
    layers.forEach((layer: unknown, place) => {
      if (!(layer instanceof Layer))
        throw new ValueError(`Sequential: what stands at place ${place} is not a Layer.`);
    });
    checkEachOnce("Sequential", layers);
    this.layers = [...layers];
  }

  forward(x: Tensor, workspace?: Workspace): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value, workspace), x);
  }

  backward(gradOutput: Tensor, workspace?: Workspace): Tensor {
    return this.layers.reduceRight((gradient, layer) => layer.backward(gradient, workspace), gradOutput);
  }

  override train(): this {
    for (const layer of this.layers) layer.train();
    return super.train();
  }

  override eval(): this {
    for (const layer of this.layers) layer.eval();
    return super.eval();
  }

  override children(): readonly Layer[] {
    return this.layers;
  }

  /** One line a layer, with its place. */
  override toString(): string {
    const size = this.parameters().reduce((sum, { value }) => sum + value.size, 0);
    const lines = this.layers.map((layer, place) => `${place}  ${layer}`.replaceAll("\n", "\n   "));
    return [`Sequential of ${this.layers.length} layers, ${size} numbers to train`, ...lines].join("\n");
  }

  override namedParameters(): [name: string, parameter: Parameter][] {
    return this.layers.flatMap((layer, place) => prefixed(place, layer.namedParameters()));
  }

  override namedBuffers(): [name: string, buffer: Tensor][] {
    return this.layers.flatMap((layer, place) => prefixed(place, layer.namedBuffers()));
  }
}

function prefixed<Value>(place: number, named: [string, Value][]): [string, Value][] {
  return named.map(([name, value]) => [`${place}.${name}`, value]);
}
