import { openPasswords } from '@movie-rental/identity/passwords';
import { openDatabase } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { readConfig } from './config.ts';
import { routes } from './routes.ts';
import { readPublicKeySet, readSigningKey } from './signing-key.ts';

/**
 * @param worker the bundled entry of the threads that hash passwords.
 * @throws ConfigError, also where the signing key is not among the public keys.
 */
export function open(worker: URL, logger: Logger) {
  const config = readConfig();
  const publicKeys = readPublicKeySet(config.JWT_PUBLIC_KEYS);
  const signingKey = readSigningKey(config.JWT_PRIVATE_KEY, publicKeys);
  const database = openDatabase(config.MYSQL_URL);
  const passwords = openPasswords({
    worker,
    threads: config.PASSWORD_THREADS,
    cost: config.BCRYPT_COST,
  });
  const limits = {
    perAccount: config.LOGIN_FAILURES_PER_ACCOUNT,
    perAddress: config.LOGIN_FAILURES_PER_ADDRESS,
  };
  return {
    routes: routes({ database, passwords, signingKey, publicKeys, limits, logger }),
    publicKeys: config.JWT_PUBLIC_KEYS,
    close: async () => {
      await Promise.all([passwords.close(), database.close()]);
    },
  };
}
