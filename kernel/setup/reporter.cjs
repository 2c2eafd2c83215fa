// Mocha's spec reporter, and after it the one line that CI reads: "N passed, N failed[, N skipped]".
const { Spec } = require("mocha").reporters;

module.exports = class Reporter extends Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : "";
    console.log(`${passes} passed, ${failures} failed${skipped}`);
  }
};
