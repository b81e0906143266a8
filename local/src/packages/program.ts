import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { dynamicLoader, libraryEnvironment, libraryFolders } from './tree.ts';

/** A program with what must stand before its arguments and in its environment. */
export type Program = {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
};

/** Where servers are that a distribution keeps out of an ordinary user's PATH. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/**
 * Finds a program as the shell would, then where servers usually are.
 *
 * @returns its absolute path; undefined if it is not installed
 */
export async function findProgram(
  name: string,
  path: string = process.env.PATH ?? '',
): Promise<string | undefined> {
  for (const folder of [...path.split(':'), ...SYSTEM_FOLDERS].filter((part) => part !== '')) {
    const file = join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * A program of an unpacked tree, with the tree's own libraries: through the tree's dynamic loader if it
 * has one (its C library is another than the machine's), else beside the machine's libraries.
 *
 * @param binary path inside the tree
 */
export async function programOf(root: string, binary: string): Promise<Program> {
  const loader = await dynamicLoader(root);
  const path = join(root, binary);
  if (loader === undefined) return { command: [path], env: await libraryEnvironment(root) };
  const libraries = (await libraryFolders(root)).join(':');
  return { command: [loader, '--library-path', libraries, path], env: {} };
}

/** Whether a version (`8.0.36`, `1:25.2`, `9.7.4-2`) is at least the one that is asked for (`8`, `3.10`). */
export function isAtLeast(version: string, oldest: string): boolean {
  const has = numbers(version);
  const needs = numbers(oldest);
  for (const [index, need] of needs.entries()) {
    const part = has[index] ?? 0;
    if (part !== need) return part > need;
  }
  return true;
}

function numbers(version: string): number[] {
  const upstream = version.replace(/^\d+:/, '').match(/^\d+(?:\.\d+)*/)?.[0] ?? '';
  return upstream === '' ? [] : upstream.split('.').map(Number);
}
