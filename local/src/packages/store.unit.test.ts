import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { firstSource } from './source.ts';
import { provide } from './store.ts';

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

test('what fails half-way is not kept, and the next call begins anew', async () => {
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
    'No thing to be had on this machine.\nnowhere: none that fits\nbroken: no answer',
  );
});
