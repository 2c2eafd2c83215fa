import { ShapeError, ValueError } from "../../base/errors.js";
import { kernelsFor } from "../../tensor/backends.js";
import { showShape, type Tensor } from "../../tensor/tensor.js";
import { freshWorkspace, type Workspace } from "../../tensor/workspace.js";

/** A loss over a batch and its gradient with respect to what was given, 1/N included. */
export interface Loss {
  loss: number;
  gradient: Tensor;
}

/**
 * Softmax and cross-entropy, the mean over the batch, of logits z [N, classes] and labels [N] from 0 to classes
 * − 1:
 *
 *     loss = (1/N) Σ (log Σ_j e^z_j − z_label),   gradient = (softmax(z) − onehot(label)) / N
 *
 * @throws ShapeError when the numbers of rows and labels differ, ValueError for a label outside the classes.
 */
export function crossEntropy(
  logits: Tensor,
  labels: ArrayLike<number>,
  workspace: Workspace = freshWorkspace,
): Loss {
  const [rows, classes] = logits.shape;
  if (logits.shape.length !== 2 || logits.size === 0)
    throw new ShapeError(`crossEntropy takes logits [N, classes]; got ${showShape(logits.shape)}.`);
  if (labels.length !== rows)
    throw new ShapeError(
      `crossEntropy got ${rows} rows of logits and ${labels.length} labels: one for each row.`,
    );
  for (let row = 0; row < rows; row++) {
    const label = labels[row];
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new ValueError(
        `crossEntropy: label ${label} of row ${row} is no class of logits ${showShape(logits.shape)}: 0 … ${classes - 1}.`,
      );
  }
  const gradient = workspace.tensor(crossEntropy, "gradient", logits.shape, logits.dtype);
  const labelArray = labels instanceof Int32Array ? labels : Int32Array.from(labels);
  const loss = kernelsFor(logits.dtype).crossEntropy(logits.data, labelArray, gradient.data, rows, classes);
  return { loss, gradient };
}
