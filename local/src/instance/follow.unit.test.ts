import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { follow } from './follow.ts';

test('hands on what is there and what comes, whole letters and nothing twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'follow-'));
  const file = join(folder, 'log');
  const text = 'first ünd'.repeat(20_000);
  await writeFile(file, text);
  let got = '';
  const stop = follow(file, (part) => {
    got += part;
  });
  while (got.length < text.length) await new Promise(setImmediate);
  await appendFile(file, 'second\n');
  await stop();
  expect(got).toBe(`${text}second\n`);
  await rm(folder, { recursive: true });
});
