import { Activation } from "./activation.js";

/** output = tanh(x). Backward: ∂loss/∂x = ∂loss/∂output · (1 − output²). */
export class Tanh extends Activation {
  protected readonly forwardKernel = "tanh";
  protected readonly backwardKernel = "tanhBackward";
}
