import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from '../files.ts';
import { layOut, ORIGINS, type Origins } from './layout.ts';

/** The folder of the random values. */
export const VAULT = 'vault';

/** Each reader's folder is a volume of its own: whoever can mount it may read it, as whatever user. */
const READABLE = 0o444;
const PRIVATE = 0o400;

/**
 * Makes the secrets that are not there yet, and gives every reader its copy.
 *
 * @param root holds the vault and a folder for each reader
 * @returns the names of those that were made now
 */
export async function makeSecrets(root: string, smtpUrl: string): Promise<string[]> {
  const made: string[] = [];
  const entries: [string, string][] = [];
  await mkdir(join(root, VAULT), { recursive: true });
  for (const [name, make] of Object.entries(ORIGINS)) {
    const file = join(root, VAULT, name);
    const existing = await readIfThere(file);
    const value = existing ?? make();
    if (existing === undefined) {
      await writeWhole(file, value, PRIVATE);
      made.push(name);
    }
    entries.push([name, value]);
  }
  await handOut(root, layOut(Object.fromEntries(entries) as Origins, smtpUrl));
  return made;
}

async function handOut(root: string, folders: ReturnType<typeof layOut>): Promise<void> {
  for (const [reader, files] of Object.entries(folders)) {
    await mkdir(join(root, reader), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      await writeWhole(join(root, reader, name), content, READABLE);
    }
  }
}
