import { expect, test } from '@jest/globals';
import { columns, printable, printableLine } from './printable.ts';

test('control characters are shown, not obeyed', () => {
  expect(printable('Amélie 🎬\n\u001b[2Jgone\u0007\r')).toBe(
    'Amélie 🎬\n\\u001b[2Jgone\\u0007\\u000d',
  );
});

test('a line stays one', () => {
  expect(printableLine('a\r\n  b\u0000c')).toBe('a b\\u0000c');
});

test('columns are as wide as their widest cell', () => {
  const rows = [
    ['ID', 'WHAT', 'WHY'],
    ['1', 'x', 'because'],
    ['100', 'something', ''],
  ];
  expect(columns(rows)).toEqual([
    'ID   WHAT       WHY',
    '1    x          because',
    '100  something  ',
  ]);
});
