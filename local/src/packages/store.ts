import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGES } from '../paths.ts';
import { withLock } from '../process/lock.ts';
import type { Source } from './source.ts';
import { namesIn, relinkTree } from './tree.ts';

/** What a folder of the store is made from. */
export type Recipe = {
  readonly name: string;
  /** Whatever decides the content: another value makes another folder. */
  readonly ingredients: unknown;
  /** Fills the (empty, temporary) folder; the store moves it into place when this has succeeded. */
  build(folder: string): Promise<void>;
};

/**
 * A folder of the store, made at the first call and found again by every later one. Calls of several
 * processes make it once; what fails half-way is never kept.
 *
 * @returns the folder's path
 * @throws whatever the recipe's `build` throws
 */
export async function provide(store: string, recipe: Recipe): Promise<string> {
  const folder = folderOf(store, recipe);
  if (existsSync(folder)) return folder;
  return withLock(join(store, `${recipe.name}.lock`), async () => {
    if (existsSync(folder)) return folder;
    await removeUnfinished(store, recipe.name);
    const unfinished = await mkdtemp(join(store, `.${recipe.name}-`));
    try {
      const content = join(unfinished, 'content');
      await mkdir(content);
      await recipe.build(content);
      await rename(content, folder);
      return folder;
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
}

/** Whether the store has what a recipe makes, so that nothing needs to be fetched for it. */
export function isProvided(store: string, recipe: Recipe): boolean {
  return existsSync(folderOf(store, recipe));
}

function folderOf(store: string, { name, ingredients }: Recipe): string {
  const digest = createHash('sha256').update(JSON.stringify(ingredients)).digest('hex');
  return join(store, `${name}-${digest.slice(0, 12)}`);
}

/** A process that was killed while it made a folder has left its work; the lock shows that no one else is using it. */
async function removeUnfinished(store: string, name: string): Promise<void> {
  for (const entry of await namesIn(store)) {
    if (entry.startsWith(`.${name}-`)) await rm(join(store, entry), { recursive: true });
  }
}

/** Which distribution this machine runs, of os-release(5). */
export type Machine = { readonly id: string; readonly codename: string };

/** Reads os-release(5): lines `NAME=value`, the value perhaps in quotes. */
export function parseOsRelease(text: string): Machine {
  const value = (name: string) =>
    new RegExp(`^${name}=["']?([^"'\n]*)["']?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), codename: value('VERSION_CODENAME') };
}

/** This machine's distribution; empty strings if it does not say. */
export async function thisMachine(): Promise<Machine> {
  return parseOsRelease(await readFile('/etc/os-release', 'utf8').catch(() => ''));
}

/**
 * Software that is unpacked from Debian packages once and found again by every later start.
 *
 * @param unpack fills an empty folder
 * @param open finds the software in the unpacked tree
 */
export function debianSource<T>(
  name: string,
  unpack: (folder: string) => Promise<void>,
  open: (root: string) => Promise<T>,
): Source<T> {
  const recipe = async (): Promise<Recipe> => ({
    name,
    ingredients: await thisMachine(),
    build: async (folder) => {
      await unpack(folder);
      await relinkTree(folder);
    },
  });
  return {
    name: 'packages',
    isCached: async () => isProvided(PACKAGES, await recipe()),
    find: async () => open(await provide(PACKAGES, await recipe())),
  };
}
