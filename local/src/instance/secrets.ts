import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writePrivate } from './files.ts';
import type { Instance } from './instance.ts';

/** 32 random bytes in letters that need no escaping in a URL, a shell, SQL or a configuration file. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * A secret of the instance, made at its first use and the same ever after, in a file of its own.
 *
 * @param name the file's name
 * @param make gives its value when it is not there yet
 */
export async function instanceSecret(
  instance: Instance,
  name: string,
  make: () => string = randomSecret,
): Promise<string> {
  const file = join(instance.secrets, name);
  const existing = await readIfThere(file);
  if (existing !== undefined) return existing;
  const secret = make();
  await writePrivate(file, secret);
  return secret;
}
