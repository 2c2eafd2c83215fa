import type { Residual } from "../../nn/layers/residual.js";
import type { Parameter } from "../../nn/parameter.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Place } from "./place.js";
import { backwardOf, type Segment } from "./segment.js";

/**
 * shortcut(x) + scale · branch(x), from the segments of both; `shortcut` null is x itself. With `isAdded` the last segment of the branch
 * has added shortcut(x) to its output.
 */
export function residualSegment(
  { scale }: Residual,
  branch: readonly Segment[],
  shortcut: readonly Segment[] | null,
  isAdded: boolean,
  x: Tensor,
  place: Place,
): Segment {
  const { kernels } = place.memory;
  const last = branch[branch.length - 1];
  const past = shortcut ? shortcut[shortcut.length - 1].output : x;
  const output = isAdded ? last.output : place.zeros(past.shape);
  const { size } = output;
  const [ofBranch, ofPast, out] = [last.output, past, output].map((tensor) => place.pointer(tensor));
  const factor = scale && place.memory.floats(place.pointer(scale.value), 1);
  const forward = [...branch.slice(0, -1), ...(shortcut ?? []), last].map((segment) => segment.forward);
  if (!isAdded) forward.push(() => kernels.addScaled(ofPast, ofBranch, factor ? factor[0] : 1, out, size));
  return {
    output,
    forward() {
      for (const call of forward) call();
    },
    backward(gradOutput, gradInput, pool) {
      const scaled = scale && pool.take(gradOutput.shape);
      const addsPast = shortcut === null && branch[0].addsGradient === true;
      const throughBranch = addsPast ? gradInput : gradInput && pool.take(gradInput.shape);
      const plus = addsPast && gradInput ? gradOutput : null;
      const branchCalls = backwardOf(branch, scaled ?? gradOutput, throughBranch, pool, plus);
      const throughShortcut = gradInput && shortcut && pool.take(gradInput.shape);
      const shortcutCalls = shortcut ? backwardOf(shortcut, gradOutput, throughShortcut, pool) : [];
      const scaleCall = scaled && scaledGradient(scale, scaled, gradOutput, ofBranch, place);
      const sum = !addsPast &&
        gradInput && {
          ofPast: place.pointer(throughShortcut ?? gradOutput),
          ofBranch: place.pointer(throughBranch ?? gradOutput),
          out: place.pointer(gradInput),
          size: gradInput.size,
        };
      for (const tensor of [scaled, addsPast ? null : throughBranch, throughShortcut])
        if (tensor) pool.release(tensor);
      return () => {
        scaleCall?.();
        for (const call of branchCalls) call();
        for (const call of shortcutCalls) call();
        if (sum) kernels.addScaled(sum.ofPast, sum.ofBranch, 1, sum.out, sum.size);
      };
    },
  };
}

/** ∂loss/∂scale = Σ g·branch(x), and scale·g for the branch. */
function scaledGradient(
  { value, gradient }: Parameter,
  scaled: Tensor,
  gradOutput: Tensor,
  ofBranch: number,
  place: Place,
): () => void {
  const { memory } = place;
  const floatsOf = (tensor: Tensor) => memory.floats(place.pointer(tensor), tensor.size);
  const [from, to, factor, sum] = [gradOutput, scaled, value, gradient].map(floatsOf);
  return () => {
    sum[0] = memory.kernels.dot(from.byteOffset, ofBranch, from.length);
    to.set(from);
    memory.kernels.scale(to.byteOffset, factor[0], to.length);
  };
}
