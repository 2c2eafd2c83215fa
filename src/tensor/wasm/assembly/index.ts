/** What the WebAssembly module exports. Pointers are byte offsets into the shared memory; sizes count floats. */
export {
  multiply,
  relu,
  reluBackward,
  sigmoid,
  sigmoidBackward,
  tanh,
  tanhBackward,
} from "./activations";
export { addRow, batchNormBackward, batchNormForward, channelMoments, sumRows } from "./batch-norm";
export { scale, sumOfSquares } from "./clipping";
export { heapBase } from "./columns";
export { batchNormActivationBackward, batchNormActivationForward, batchNormScratchFloats } from "./fused-batch-norm";
export { groupNormBackward, groupNormForward } from "./group-norm";
export {
  convolve,
  convolveBackwardInput,
  convolveBackwardInputFloats,
  convolveFloats,
} from "./convolution";
export { crossEntropy, meanSquaredError } from "./losses";
export { firstScratchBytes, matmul, secondScratchBytes } from "./matmul";
export { multiplyNonzeros, nonzerosColumns, nonzerosFloats } from "./nonzeros";
export { adam, sgd } from "./optimizers";
export { gatherRows } from "./rows";
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
  teamRooms,
  teamNonzeros,
  teamScratchBytes,
  teamSGD,
  teamSleepers,
} from "./team";
export { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from "./pooling";
export { rmsNormBackward, rmsNormForward } from "./rms-norm";
export { addScaled, dot } from "./vectors";
export { convolveBackwardWeight, convolveBackwardWeightFloats } from "./weight-gradient";
