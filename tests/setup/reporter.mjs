/** What a run came to: `.ci/run` adds these lines up. A file that could not run counts as a failed test. */
export const summaryOf = (results) => {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests + results.numTodoTests;
  const parts = [`${results.numPassedTests} passed`, `${failed} failed`];
  return [...parts, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
};

/** A jest reporter that ends a run with one line of counts. */
export default class Summary {
  onRunComplete(_contexts, results) {
    if (results.numFailedTestSuites > 0) process.env.TESTS_FAILED = '1';
    process.stdout.write(`\n${summaryOf(results)}\n`);
  }
}
