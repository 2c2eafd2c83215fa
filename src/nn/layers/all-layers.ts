import { ValueError } from "../../base/errors.js";
import type { Layer } from "./layer.js";

/** A layer and all that are inside it, however deep, each before its own. */
export function allLayers(layer: Layer): Layer[] {
  return [layer, ...layer.children().flatMap(allLayers)];
}

/**
 * Throws a ValueError that names both places when one layer stands at two of a network: it keeps what its
 * backward() needs of one forward() only, so the gradients of the other place would be wrong.
 */
export function checkEachOnce(owner: string, children: readonly Layer[]): void {
  const places = new Map<Layer, string>();
  const visit = (layer: Layer, place: string): void => {
    const first = places.get(layer);
    if (first !== undefined)
      throw new ValueError(
        `${owner}: the same ${layer.constructor.name} stands at places ${first} and ${place}. ` +
          "A layer keeps what its backward() needs, so make one for each place.",
      );
    places.set(layer, place);
    for (const [name, child] of layer.namedChildren()) visit(child, `${place}.${name}`);
  };
  children.forEach((child, at) => {
    visit(child, `${at}`);
  });
}

/**
 * Runs `look`, which may call forward() and backward() and change modes, and leaves every layer as it was: its mode, and
 * what it keeps for backward() and explain(). Tensors that `look` writes to (parameters' gradients, running statistics) are
 * not put back.
 */
export function withLayersKept<Result>(network: Layer, look: () => Result): Result {
  const kept = allLayers(network).map((layer) => ({
    layer,
    fields: Object.getOwnPropertyDescriptors(layer),
  }));
  try {
    return look();
  } finally {
    for (const { layer, fields } of kept) {
      for (const name of Object.keys(layer)) if (!(name in fields)) Reflect.deleteProperty(layer, name);
      for (const [name, { value, writable }] of Object.entries(fields))
        if (writable) Reflect.set(layer, name, value);
    }
  }
}
