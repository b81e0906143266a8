import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { installDependencies } from './install.ts';

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'install-'));
  folder = join(root, 'hello');
  for (const version of ['1.0.0', '2.0.0']) {
    await mkdir(join(root, `ms-${version}`), { recursive: true });
    const manifest = { name: 'ms', version };
    await writeFile(join(root, `ms-${version}`, 'package.json'), JSON.stringify(manifest));
  }
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

const ask = (version: string) => {
  const manifest = { name: 'hello', dependencies: { ms: `file:../ms-${version}` } };
  return writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
};
const installed = async () =>
  JSON.parse(await readFile(join(folder, 'node_modules/ms/package.json'), 'utf8')).version;

test('what a function asks for is installed, and installed again when it asks for another', async () => {
  await ask('1.0.0');
  await installDependencies(root, folder);
  expect(await installed()).toBe('1.0.0');
  await ask('2.0.0');
  await installDependencies(root, folder);
  expect(await installed()).toBe('2.0.0');
}, 60_000);

test('nothing is installed where nothing has changed', async () => {
  await ask('1.0.0');
  await installDependencies(root, folder);
  const record = join(folder, 'node_modules/.package-lock.json');
  const before = (await stat(record)).mtimeMs;
  await installDependencies(root, folder);
  expect((await stat(record)).mtimeMs).toBe(before);
}, 60_000);

test('what cannot be installed is named', async () => {
  await ask('3.0.0.tgz');
  await expect(installDependencies(root, folder)).rejects.toThrow(/ms could not be installed/);
}, 60_000);
