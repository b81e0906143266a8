import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The secrets of a folder: the name and the text of each file. Hidden files are none. */
export async function readSecrets(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}
