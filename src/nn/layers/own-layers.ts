import { allLayers } from "./all-layers.js";
import { Augmentation } from "./augmentation.js";
import { BatchNorm } from "./batch-norm.js";
import { Conv2d } from "./conv2d.js";
import { Dropout } from "./dropout.js";
import { Flatten } from "./flatten.js";
import { GlobalAvgPool2d } from "./global-avg-pool2d.js";
import { GroupNorm } from "./group-norm.js";
import { InstanceNorm } from "./instance-norm.js";
import type { Layer } from "./layer.js";
import { LayerNorm } from "./layer-norm.js";
import { Linear } from "./linear.js";
import { AvgPool2d, MaxPool2d } from "./pooling.js";
import { ReLU } from "./relu.js";
import { Residual } from "./residual.js";
import { RMSNorm } from "./rms-norm.js";
import { Sequential } from "./sequential.js";
import { Sigmoid } from "./sigmoid.js";
import { Tanh } from "./tanh.js";

/** The classes of layers that normlab exports. */
export const OWN_LAYERS: ReadonlySet<unknown> = new Set([
  ...[Augmentation, AvgPool2d, BatchNorm, Conv2d, Dropout, Flatten, GlobalAvgPool2d, GroupNorm, InstanceNorm],
  ...[LayerNorm, Linear, MaxPool2d, ReLU, Residual, RMSNorm, Sequential, Sigmoid, Tanh],
]);

/**
 * All layers of the network, if each is one of normlab's own classes as it comes: then nobody else sees what passes between them.
 * null with a class of the reader's, or a layer whose forward() was exchanged.
 */
export function ownLayersOf(network: Layer): readonly Layer[] | null {
  const layers = allLayers(network);
  const areOwn = layers.every(
    (layer) => OWN_LAYERS.has(layer.constructor) && !Object.hasOwn(layer, "forward"),
  );
  return areOwn ? layers : null;
}
