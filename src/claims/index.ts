export type { ClaimRecord } from "./claim.js";
export { type LiveSamples, showClaims } from "./show-claims.js";
export type { Verdict } from "./verdict.js";
