import { join } from 'node:path';
import { readIfThere } from '@movie-rental/jobs/files';
import { randomSecret } from '@movie-rental/jobs/keys';
import { writePrivate } from './files.ts';
import type { Instance } from './instance.ts';

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
