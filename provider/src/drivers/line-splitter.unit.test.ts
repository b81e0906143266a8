import { expect, test } from '@jest/globals';
import { LineSplitter, LONGEST_LINE_BYTES } from './line-splitter.ts';

function linesOf(text: string, size: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) {
    splitter.add(bytes.subarray(from, from + size));
  }
  splitter.end();
  return lines;
}

test.each([1, 7, 1_000])('lines are put together of pieces of %d bytes', (size) => {
  const text = 'one\r\n\nné\nthe last';
  expect(linesOf(text, size)).toEqual(['one', '', 'né', 'the last']);
});

test('text that ends with its line leaves nothing', () => {
  expect(linesOf('one\n', 64)).toEqual(['one']);
});

test.each([1_000, 65_536, 1_000_000])(
  'what never ends a line is passed on in pieces, characters whole (%d bytes at a time)',
  (size) => {
    const text = `x${'é'.repeat(100_000)}`;
    const lines = linesOf(text, size);
    expect(lines.join('')).toBe(text);
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LONGEST_LINE_BYTES + 1);
    }
  },
);

test('a line of just the most bytes is one', () => {
  const line = 'x'.repeat(LONGEST_LINE_BYTES);
  expect(linesOf(`${line}\n${line}y\nz\n`, 4_096)).toEqual([line, line, 'y', 'z']);
});
