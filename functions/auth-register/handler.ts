import { createFunction, mysqlUrl } from '@movie-rental/function-kit';
import { openPasswords, passwordConfig } from '@movie-rental/identity/passwords';
import { limitSetting } from '@movie-rental/identity/throttle';
import { openDatabase } from '@movie-rental/mysql';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { routes } from './routes.ts';

const Config = z.object({
  MYSQL_URL: mysqlUrl,
  ...passwordConfig,
  /** Registrations in an hour. */
  REGISTRATIONS_PER_ADDRESS: limitSetting(100),
});

/** @param worker the bundled entry of the threads that hash passwords. */
export const authRegister = (worker: URL) =>
  createFunction({
    name: 'auth-register',
    open: (logger) => {
      const config = loadConfig(Config, ['MYSQL_URL']);
      const database = openDatabase(config.MYSQL_URL);
      const passwords = openPasswords({
        worker,
        threads: config.PASSWORD_THREADS,
        cost: config.BCRYPT_COST,
      });
      const perAddress = config.REGISTRATIONS_PER_ADDRESS;
      return {
        routes: routes({ database, passwords, perAddress, logger }),
        close: async () => {
          await Promise.all([passwords.close(), database.close()]);
        },
      };
    },
  });

/** The bundler puts the worker beside this file's bundle. */
const fn = authRegister(new URL('./passwords.worker.mjs', import.meta.url));

export default fn.handle;
export const { init, close } = fn;
export const body = 'raw';
