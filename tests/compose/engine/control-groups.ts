import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '../../../local/src/packages/tree.ts';

const CONTROL_GROUPS = '/sys/fs/cgroup';

/**
 * Removes a control group of every hierarchy, with those below it (cgroups(7)): they are what an engine that
 * was killed leaves. No process may be in them any more.
 */
export async function removeControlGroups(name: string): Promise<void> {
  const hierarchies = (await namesIn(CONTROL_GROUPS)).map((entry) => join(CONTROL_GROUPS, entry));
  for (const hierarchy of [CONTROL_GROUPS, ...hierarchies]) await removeTree(join(hierarchy, name));
}

/** The files of such a folder are the kernel's and go with it. */
async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  }
  await rmdir(folder).catch(() => undefined);
}
