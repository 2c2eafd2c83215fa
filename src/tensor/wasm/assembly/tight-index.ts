/**
 * What the tight build exports: the kernels whose loops are so short that what V8 puts into each turn of them counts, products and
 * convolutions. All of it is compiled at once when the memory is first asked for, so the rest is left to the narrow build.
 */
export { heapBase } from "./columns";
export { convolve, convolveBackwardInput } from "./convolution";
export { firstScratchBytes, matmul, secondScratchBytes } from "./matmul";
export { multiplyNonzeros, nonzerosColumns, nonzerosFloats } from "./nonzeros";
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
export { convolveBackwardWeight } from "./weight-gradient";
