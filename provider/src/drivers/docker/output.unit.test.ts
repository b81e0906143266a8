import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Containers } from './containers.ts';
import { copyOutput, nanosecondAfter } from './output.ts';

const AT = '2026-01-31T23:59:59.000000001Z';

function frame(stream: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

async function linesOf(chunks: Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  const containers = { logs: async () => Readable.from(chunks) } as unknown as Containers;
  const onLine = (line: string, at: string) => lines.push(`${at} ${line}`);
  const options = { containers, id: 'c', after: undefined, onLine };
  await copyOutput(options, false, new AbortController().signal);
  return lines;
}

test('lines are put together, however they are cut', async () => {
  const bytes = Buffer.concat([
    frame(1, `${AT} one\n`),
    frame(1, `${AT} a long `),
    frame(2, `${AT} of the other stream\n`),
    frame(1, `${AT} line, né\n`),
    frame(2, `${AT} \n`),
  ]);
  const expected = ['one', 'of the other stream', 'a long line, né', ''];
  for (const size of [1, 7, 64, bytes.length]) {
    const chunks: Buffer[] = [];
    for (let from = 0; from < bytes.length; from += size) {
      chunks.push(bytes.subarray(from, from + size));
    }
    expect(await linesOf(chunks)).toEqual(expected.map((line) => `${AT} ${line}`));
  }
});

test('what never ends a line is passed on nevertheless', async () => {
  const frames = Array.from({ length: 20 }, () => frame(1, `${AT} ${'x'.repeat(16_384)}`));
  const lines = await linesOf(frames);
  expect(lines.map((line) => line.length - AT.length - 1)).toEqual(Array(4).fill(65_536));
});

test.each([
  ['1970-01-01T00:00:00.000000000Z', '0.000000001'],
  ['1970-01-01T00:00:01.999999999Z', '2.000000000'],
  ['2026-01-31T23:59:59.12Z', '1769903999.120000001'],
  ['2026-01-31T23:59:59Z', '1769903999.000000001'],
])('the nanosecond after %s is %s', (at, next) => {
  expect(nanosecondAfter(at)).toBe(next);
});
