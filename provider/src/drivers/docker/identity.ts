import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * This provider's own name, by which it knows its containers again: chosen when it first starts,
 * and the same for as long as its state is kept.
 */
export async function identityIn(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known.trim();
  const identity = randomBytes(8).toString('hex');
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return identity;
}
