import { expect, test } from '@jest/globals';
import { parseQuantity } from './resources.ts';

test.each([
  ['384Mi', 402_653_184],
  ['128M', 128_000_000],
  ['1Gi', 1_073_741_824],
  ['64k', 64_000],
  ['1.5Ki', 1_536],
  ['1e3', 1_000],
  ['12E6', 12_000_000],
  ['1E', 1e18],
  ['134217728', 134_217_728],
  ['50m', 0.05],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['2.', 2],
  ['0', 0],
])('%s is %d', (text, number) => {
  expect(parseQuantity(text)).toBeCloseTo(number, 9);
});

test.each(['', ' ', 'x', '-1', '1 Mi', '1mi', '1MB', '1KI', '1.2.3', '.', '1e', '1e3Mi', '0x10'])(
  '"%s" is not a quantity',
  (text) => {
    expect(() => parseQuantity(text)).toThrow(/no quantity/);
  },
);
