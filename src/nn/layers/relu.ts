import { Activation } from "./activation.js";

/** output = max(x, 0). Backward: ∂loss/∂x = ∂loss/∂output where the output is above 0, else 0. */
export class ReLU extends Activation {
  protected readonly forwardKernel = "relu";
  protected readonly backwardKernel = "reluBackward";
}
