import { expect, test } from '@jest/globals';
import { summaryOf } from './reporter.mjs';

const RESULTS = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

test('tests that passed and failed are counted', () => {
  expect(summaryOf({ ...RESULTS, numFailedTests: 2 })).toBe('5 passed, 2 failed');
});

test('pending and planned tests count as skipped', () => {
  const results = { ...RESULTS, numPendingTests: 1, numTodoTests: 1 };
  expect(summaryOf(results)).toBe('5 passed, 0 failed, 2 skipped');
});

test('a file that could not run counts as a failed test', () => {
  expect(summaryOf({ ...RESULTS, numRuntimeErrorTestSuites: 1 })).toBe('5 passed, 1 failed');
});
