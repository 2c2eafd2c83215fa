/**
 * What the wide build exports: the kernels that gain by joined vectors. All of it is compiled at once when the memory is first
 * asked for, so what gains nothing is left to the narrow build, which V8 compiles as it is called.
 */
export { multiply, relu, reluBackward, sigmoid, sigmoidBackward, tanh, tanhBackward } from "./activations";
export { heapBase } from "./columns";
export { batchNormActivationBackward, batchNormActivationForward } from "./fused-batch-norm";
export { firstScratchBytes, matmul, secondScratchBytes } from "./matmul";
export { multiplyNonzeros, nonzerosColumns, nonzerosFloats } from "./nonzeros";
export { adam, sgd } from "./optimizers";
export {
  closeTeam,
  hasTeamFailed,
  isTeamDone,
  isTeamIdle,
  serveTeam,
  teamBytes,
  teamConvolve,
  teamConvolveBackwardInput,
  teamConvolveBackwardWeight,
  teamMatmul,
  teamNonzeros,
  teamScratchBytes,
  teamSGD,
  teamSleepers,
} from "./team";
export { convolve, convolveBackwardInput } from "./convolution";
export { convolveBackwardWeight } from "./weight-gradient";
