import { expect, test } from '@jest/globals';
import { openReport } from './report.ts';

const ESCAPE = '\u001b';

function recorder(isTTY: boolean) {
  const output = { isTTY, text: '', write: (text: string) => (output.text += text) };
  return output;
}

test('plain lines if the output is not a terminal', async () => {
  const output = recorder(false);
  const report = openReport(output);
  const result = await report.step(
    'adding',
    async () => 2,
    (count) => `${count} added`,
  );
  report.hop('there → here', 12.4);
  expect(result).toBe(2);
  expect(output.text).toMatch(/^ {2}✓ 2 added +\d+ ms\n {6}there → here +12 ms\n$/);
  expect(output.text).not.toContain(ESCAPE);
});

test('a terminal sees what is being done, until it is done', async () => {
  const output = recorder(true);
  const report = openReport(output);
  await report.step(
    'adding',
    async () => 2,
    (count) => `${count} added`,
  );
  expect(output.text).toContain('… adding');
  expect(output.text.indexOf('… adding')).toBeLessThan(output.text.indexOf('2 added'));
});

test('a step that fails is not reported as done', async () => {
  const output = recorder(false);
  const failing = openReport(output).step('adding', () => Promise.reject(new Error('no')), String);
  await expect(failing).rejects.toThrow('no');
  expect(output.text).toBe('');
});
