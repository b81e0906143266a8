import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LogFile } from './log-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a replica's last line is found, before the file was rotated too", async () => {
  const path = join(folder, 'f.log');
  writeFileSync(`${path}.1`, 'T1 f-a one\nT2 f-old x\n');
  writeFileSync(path, 'T3 f-a two\nT4 f-b says of f-a a word\nT5 f-a three\nT6 f-b x\nT7 f-');
  const file = new LogFile(path);
  expect(await file.lastTime('f-a')).toBe('T5');
  expect(await file.lastTime('f-b')).toBe('T6');
  expect(await file.lastTime('f-old')).toBe('T2');
  expect(await file.lastTime('f-none')).toBeUndefined();
  await file.close();
});
