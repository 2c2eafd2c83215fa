export { Claim, type ClaimOptions, type ClaimRecord, claim } from "./claim.js";
export { type LiveSamples, showClaims } from "./show-claims.js";
export {
  type DerivedVerdict,
  type Verdict,
  type VerdictOptions,
  verdictOf,
  verdictOverall,
} from "./verdict.js";
