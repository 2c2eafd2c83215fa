// The one line that CI reads at the end of the tests. A file of its own: test.js loads it before there are any packages.
module.exports = function closingLine({ passes, failures, pending }) {
  const skipped = pending > 0 ? `, ${pending} skipped` : "";
  return `${passes} passed, ${failures} failed${skipped}`;
};
