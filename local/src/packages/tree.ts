import { lstat, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Fixes the symbolic links of an unpacked file tree: an absolute link to what the tree holds becomes a
 * relative one; a relative link to what only the machine has becomes an absolute one.
 */
export async function relinkTree(root: string): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = await readlink(link);
    const fixed = await fixedTarget(root, link, target);
    if (fixed === target) continue;
    await unlink(link);
    await symlink(fixed, link);
  }
}

async function fixedTarget(root: string, link: string, target: string): Promise<string> {
  const inside = target.startsWith('/') ? join(root, target) : resolve(dirname(link), target);
  if (await isThere(inside)) return relative(dirname(link), inside);
  const outside = join('/', relative(root, inside));
  return (await isThere(outside)) ? outside : target;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Names in a folder, sorted; none if the folder does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );
}

/** The folders of an unpacked Debian tree that hold shared libraries, whatever the architecture is called. */
export async function libraryFolders(root: string): Promise<string[]> {
  const folders: string[] = [];
  for (const parent of ['usr/lib', 'lib']) {
    const names = await namesIn(join(root, parent));
    const triplets = names.filter((name) => /-linux-gnu/.test(name));
    folders.push(...triplets.map((name) => join(root, parent, name)));
  }
  return folders;
}

/** The environment that lets a program of an unpacked tree find the tree's libraries. */
export async function libraryEnvironment(root: string): Promise<Record<string, string>> {
  const folders = await libraryFolders(root);
  return folders.length === 0 ? {} : { LD_LIBRARY_PATH: folders.join(':') };
}

/** The dynamic loader (ld.so(8)) that an unpacked tree brings with its own C library, if it does. */
export async function dynamicLoader(root: string): Promise<string | undefined> {
  for (const folder of await libraryFolders(root)) {
    const loader = (await namesIn(folder)).find((name) => /^ld-linux.*\.so/.test(name));
    if (loader !== undefined) return join(folder, loader);
  }
  return undefined;
}
