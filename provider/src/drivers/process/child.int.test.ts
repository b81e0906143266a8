import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../../tests/running-provider.ts';
import { startChild } from './child.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'child-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('what a function writes is passed on while it runs, though it never ends a line', async () => {
  const bundle = join(folder, 'endless.mjs');
  writeFileSync(bundle, "process.stdout.write('x'.repeat(200_000)); setInterval(() => {}, 1_000);");
  const lines: string[] = [];
  const child = startChild(bundle, {}, (line) => lines.push(line));
  child.port.catch(() => {});
  await until(() => lines.length === 3);
  await child.stop(5_000);
  await until(() => lines.length === 4);
  expect(lines.join('')).toBe('x'.repeat(200_000));
});
