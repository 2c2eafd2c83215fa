// Mocha's spec reporter, and after it the one line that CI reads: "N passed, N failed[, N skipped]". Where several runs are
// to end in one such line (test.js), their counts go to the file that NORMLAB_TEST_COUNTS names.
const { writeFileSync } = require("node:fs");
const { Spec } = require("mocha").reporters;
const closingLine = require("./closing-line.cjs");

module.exports = class Reporter extends Spec {
  epilogue() {
    super.epilogue();
    const { NORMLAB_TEST_COUNTS: file } = process.env;
    if (file) {
      const failed = this.failures.map((test) => `${test.file}: ${test.fullTitle()}`);
      writeFileSync(file, JSON.stringify({ ...this.stats, failed }));
    } else console.log(closingLine(this.stats));
  }
};
