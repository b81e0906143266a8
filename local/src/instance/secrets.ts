import { join } from 'node:path';
import { readIfThere } from '@movie-rental/jobs/files';
import { functionSecrets, newSigningKey, randomSecret } from '@movie-rental/jobs/keys';
import { type Instance, writePrivate } from './instance.ts';

/**
 * A secret of the instance, made when it is first used and the same ever after, in its own file.
 *
 * @param name the file's name
 * @param make gives its value if it does not exist yet
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

/** The secrets of an instance's functions, by name; keys and tokens stay the same from start to start. */
export async function applicationSecrets(
  instance: Instance,
  mysqlUrl: string,
  smtpUrl = '',
): Promise<Record<string, string>> {
  return functionSecrets({
    mysqlUrl,
    smtpUrl,
    signingKey: await instanceSecret(instance, 'jwt-private-key', newSigningKey),
    serviceToken: await instanceSecret(instance, 'service-token'),
  });
}

/** The shop's first administrator, or the user who administers the gateway. */
export async function accountOf(instance: Instance, purpose: 'admin' | 'gateway') {
  return { username: 'admin', password: await instanceSecret(instance, `${purpose}-password`) };
}
