import { expect, test } from '@jest/globals';
import { parseDuration } from './duration.ts';

test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['250us', 0.25],
  ['30', 30_000],
  ['0', 0],
  ['0s', 0],
  ['1000h', 2 ** 30 - 1],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', 'soon', '10 s', '-5s', '1s2'])('"%s" is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow(RangeError);
});
