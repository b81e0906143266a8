import { createFunction, mysqlUrl } from '@movie-rental/function-kit';
import { openPasswords, passwordConfig } from '@movie-rental/identity/passwords';
import { limitSetting } from '@movie-rental/identity/throttle';
import { openDatabase } from '@movie-rental/mysql';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { routes } from './routes.ts';
import { readPublicKeySet, readSigningKey } from './signing-key.ts';

const Config = z.object({
  MYSQL_URL: mysqlUrl,
  /** PKCS #8 in PEM, an EC key on P-256. */
  JWT_PRIVATE_KEY: z.string(),
  /** A JSON Web Key Set; the private key's public half must be in it. */
  JWT_PUBLIC_KEYS: z.string(),
  ...passwordConfig,
  /** Failed logins in 15 minutes. */
  LOGIN_FAILURES_PER_ACCOUNT: limitSetting(10),
  LOGIN_FAILURES_PER_ADDRESS: limitSetting(100),
});

/**
 * Its `init` throws ConfigError, also if the signing key is not among the public keys.
 * @param worker the bundled entry of the threads that hash passwords.
 */
export const authLogin = (worker: URL) =>
  createFunction({
    name: 'auth-login',
    open: (logger) => {
      const config = loadConfig(Config, ['MYSQL_URL', 'JWT_PRIVATE_KEY', 'JWT_PUBLIC_KEYS']);
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
    },
  });

/** The bundler puts the worker beside this file's bundle. */
const fn = authLogin(new URL('./passwords.worker.mjs', import.meta.url));

export default fn.handle;
export const { init, close } = fn;
export const body = 'raw';
