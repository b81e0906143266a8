import { expect, test } from '@jest/globals';
import { addCounts, countTests } from './jest.ts';
import { Stages } from './stages.ts';

const REPORT = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  numRuntimeErrorTestSuites: 0,
  success: true,
};

test('tests of a report are counted', () => {
  expect(countTests(REPORT)).toEqual({ passed: 5, failed: 0, skipped: 2 });
});

test('a file that could not be run is a failure', () => {
  const report = { ...REPORT, numRuntimeErrorTestSuites: 1, success: false };
  expect(countTests(report).failed).toBe(1);
});

test('a run that failed without a failed test is a failure', () => {
  expect(countTests({ ...REPORT, success: false }).failed).toBe(1);
});

test('counts are added', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addCounts([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
});

const passed = (count: number) => async () => ({ passed: count, failed: 0, skipped: 0 });
const lastLine = (text: string) => text.split('\n').at(-1);

test('the last line of the summary is the sum', async () => {
  const stages = new Stages(() => undefined);
  await stages.run('unit', passed(3));
  await stages.run('int', async () => ({ passed: 4, failed: 0, skipped: 1 }));
  const { text, code } = stages.summary();
  expect(lastLine(text)).toBe('7 passed, 0 failed, 1 skipped');
  expect(code).toBe(0);
});

test('a part that throws is said, and is a failure', async () => {
  const said: string[] = [];
  const stages = new Stages((message) => said.push(message));
  await stages.run('unit', passed(3));
  expect(await stages.run('bring-up', () => Promise.reject(new Error('no server')))).toBe(false);
  expect(said).toEqual(['bring-up: no server']);
  expect(stages.summary()).toMatchObject({ code: 1 });
  expect(lastLine(stages.summary().text)).toBe('3 passed, 1 failed');
});

test('no test at all is a failure', async () => {
  const stages = new Stages(() => undefined);
  await stages.run('unit', passed(0));
  expect(stages.summary().code).toBe(1);
});
