import { DTypeError, ShapeError } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { sameShape, showShape, type Tensor } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";
import type { Loss } from "./cross-entropy.js";

/**
 * The mean over all n elements of (prediction − target)²; gradient = 2·(prediction − target)/n.
 *
 * @throws ShapeError or DTypeError when the two tensors differ in shape or dtype.
 */
export function meanSquaredError(
  prediction: Tensor,
  target: Tensor,
  workspace: Workspace = freshWorkspace,
): Loss {
  if (!sameShape(prediction.shape, target.shape) || prediction.size === 0)
    throw new ShapeError(
      `meanSquaredError takes two tensors of one shape; got ${showShape(prediction.shape)} and ${showShape(target.shape)}.`,
    );
  if (prediction.dtype !== target.dtype)
    throw new DTypeError(
      `meanSquaredError takes two tensors of one dtype; got ${prediction.dtype} and ${target.dtype}.`,
    );
  const gradient = workspace.tensor(meanSquaredError, "gradient", prediction.shape, prediction.dtype);
  const loss = kernelsFor(prediction.dtype).meanSquaredError(
    prediction.data,
    target.data,
    gradient.data,
    prediction.size,
  );
  return { loss, gradient };
}
