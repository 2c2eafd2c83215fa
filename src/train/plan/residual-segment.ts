import type { Residual } from "../../nn/layers/residual.js";
import type { Parameter } from "../../nn/parameter.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Place } from "./place.js";
import { backwardOf, type Segment } from "./segment.js";

/** shortcut(x) + scale · branch(x), from the segments of both; `shortcut` null is x itself. */
export function residualSegment(
  { scale }: Residual,
  branch: readonly Segment[],
  shortcut: readonly Segment[] | null,
  x: Tensor,
  place: Place,
): Segment {
  const { kernels } = place.memory;
  const branchOutput = branch[branch.length - 1].output;
  const past = shortcut ? shortcut[shortcut.length - 1].output : x;
  const output = place.zeros(past.shape);
  const { size } = output;
  const [ofBranch, ofPast, out] = [branchOutput, past, output].map((tensor) => place.pointer(tensor));
  const factor = scale && place.memory.floats(place.pointer(scale.value), 1);
  return {
    output,
    forward() {
      for (const segment of branch) segment.forward();
      if (shortcut) for (const segment of shortcut) segment.forward();
      kernels.addScaled(ofPast, ofBranch, factor ? factor[0] : 1, out, size);
    },
    backward(gradOutput, gradInput, pool) {
      const scaled = scale && pool.take(gradOutput.shape);
      const throughBranch = gradInput && pool.take(gradInput.shape);
      const branchCalls = backwardOf(branch, scaled ?? gradOutput, throughBranch, pool);
      const throughShortcut = gradInput && shortcut && pool.take(gradInput.shape);
      const shortcutCalls = shortcut ? backwardOf(shortcut, gradOutput, throughShortcut, pool) : [];
      const scaleCall = scaled && scaledGradient(scale, scaled, gradOutput, ofBranch, place);
      const sum = gradInput && {
        ofPast: place.pointer(throughShortcut ?? gradOutput),
        ofBranch: place.pointer(throughBranch ?? gradOutput),
        out: place.pointer(gradInput),
        size: gradInput.size,
      };
      for (const tensor of [scaled, throughBranch, throughShortcut]) if (tensor) pool.release(tensor);
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
