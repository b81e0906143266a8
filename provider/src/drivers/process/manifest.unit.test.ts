import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findBundle } from './manifest.ts';

let folder: string;
let manifest: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  manifest = join(folder, 'functions/manifest.json');
  mkdirSync(join(folder, 'functions/a'), { recursive: true });
  writeFileSync(join(folder, 'functions/a/index.mjs'), '');
  const a = { name: 'a', bundle: 'functions/a/index.mjs' };
  const gone = { name: 'gone', bundle: 'functions/gone/index.mjs' };
  const functions = { 'shop/a:latest': a, 'host:5000/b': a, 'c:v1': a, gone };
  writeFileSync(manifest, JSON.stringify({ functions }));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['shop/a:latest', 'shop/a', 'host:5000/b', 'host:5000/b:latest', 'c:v1'])(
  '%s has a bundle',
  async (image) => {
    expect(await findBundle(manifest, image)).toBe(join(folder, 'functions/a/index.mjs'));
  },
);

test.each(['c', 'c:v2', 'a', 'gone'])('%s is not built', async (image) => {
  await expect(findBundle(manifest, image)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('npm run build'),
  });
});

test('without a manifest nothing is built', async () => {
  await expect(findBundle(join(folder, 'no.json'), 'a')).rejects.toMatchObject({ status: 400 });
});
