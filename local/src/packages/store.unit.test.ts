import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { firstSource } from './source.ts';
import { isProvided, provide } from './store.ts';

let store: string;
let builds: number;

beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'store-'));
  builds = 0;
});

afterEach(() => rm(store, { recursive: true }));

function recipe(ingredients: unknown) {
  return {
    name: 'thing',
    ingredients,
    build: async (folder: string) => {
      builds += 1;
      await writeFile(join(folder, 'content'), String(builds));
    },
  };
}

test('several who ask at once get the same folder, made once', async () => {
  const folders = await Promise.all([1, 2, 3].map(() => provide(store, recipe('a'))));
  expect(new Set(folders).size).toBe(1);
  expect(builds).toBe(1);
  expect(await readFile(join(folders[0] as string, 'content'), 'utf8')).toBe('1');
});

test('other ingredients make another folder', async () => {
  const one = await provide(store, recipe('a'));
  const two = await provide(store, recipe('b'));
  expect(two).not.toBe(one);
});

test('what fails half-way is not kept, and the next call starts over', async () => {
  const broken = {
    ...recipe('a'),
    build: async (folder: string) => {
      await writeFile(join(folder, 'half'), '');
      throw new Error('the line went dead');
    },
  };
  await expect(provide(store, broken)).rejects.toThrow('the line went dead');
  expect(await readdir(store)).toEqual(['thing.lock']);
  const folder = await provide(store, recipe('a'));
  expect(await readdir(folder)).toEqual(['content']);
});

test('what a killed process left of its work is removed', async () => {
  await mkdir(join(store, '.thing-killed', 'content'), { recursive: true });
  await mkdir(join(store, '.other-at-work'));
  await provide(store, recipe('a'));
  const entries = await readdir(store);
  expect(entries).toContain('.other-at-work');
  expect(entries).not.toContain('.thing-killed');
});

test('the first source that has something is taken', async () => {
  const found = await firstSource('thing', [
    { name: 'nowhere', find: async () => undefined },
    { name: 'here', find: async () => 1 },
    { name: 'later', find: async () => 2 },
  ]);
  expect(found).toBe(1);
});

test('where no source has it, each says why', async () => {
  const sources = [
    { name: 'nowhere', find: async () => undefined },
    { name: 'broken', find: () => Promise.reject(new Error('no answer')) },
  ];
  await expect(firstSource('thing', sources)).rejects.toThrow(
    'No thing is available for this machine.\nnowhere: none that fits\nbroken: no answer',
  );
});

test('where the disk is full, no other source is tried and nothing is kept', async () => {
  const full = {
    ...recipe('a'),
    build: async (folder: string) => {
      await writeFile(join(folder, 'half'), '');
      await writeFile('/dev/full', 'one byte too many');
    },
  };
  let tried = false;
  const found = firstSource('thing', [
    { name: 'packages', isCached: async () => false, find: () => provide(store, full) },
    {
      name: 'later',
      find: async () => {
        tried = true;
        return 'it';
      },
    },
  ]);
  await expect(found).rejects.toThrow(/^The disk that holds .* is full/);
  expect(tried).toBe(false);
  expect(isProvided(store, full)).toBe(false);
  expect(await readdir(store)).toEqual(['thing.lock']);
});

test('a download that failed is said to be one', async () => {
  const sources = [
    { name: 'packages', isCached: async () => false, find: () => Promise.reject(new Error('404')) },
  ];
  await expect(firstSource('thing', sources)).rejects.toThrow(
    'packages: could not be downloaded: 404',
  );
});

/** A process that is killed while it fills its folder. */
const KILLED_AT_WORK = `
  const { provide } = await import(process.argv[1]);
  const { writeFile } = await import('node:fs/promises');
  await provide(process.argv[2], { name: 'thing', ingredients: 'a', build: async (folder) => {
    await writeFile(folder + '/half', '');
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  } });`;

test('a process that is killed at work leaves nothing that counts, and no lock', async () => {
  const source = new URL('./store.ts', import.meta.url).href;
  const argv = ['--import', 'tsx', '--input-type=module', '-e', KILLED_AT_WORK, source, store];
  const child = spawn(process.execPath, argv, { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect((await readdir(store)).some((name) => name.startsWith('.thing-'))).toBe(true);
  const folder = await provide(store, recipe('a'));
  expect(await readdir(folder)).toEqual(['content']);
  expect((await readdir(store)).filter((name) => name.startsWith('.'))).toEqual([]);
});
