import { Activation } from "./activation.js";

/** output = 1 / (1 + e^−x). Backward: ∂loss/∂x = ∂loss/∂output · output·(1 − output). */
export class Sigmoid extends Activation {
  protected readonly forwardKernel = "sigmoid";
  protected readonly backwardKernel = "sigmoidBackward";
}
