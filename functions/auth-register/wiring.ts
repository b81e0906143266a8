import { openPasswords } from '@movie-rental/identity/passwords';
import { openDatabase } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { readConfig } from './config.ts';
import { routes } from './routes.ts';

/** @param worker the bundled entry of the threads that hash passwords. */
export function open(worker: URL, logger: Logger) {
  const config = readConfig();
  const database = openDatabase(config.MYSQL_URL);
  const passwords = openPasswords({
    worker,
    threads: config.PASSWORD_THREADS,
    cost: config.BCRYPT_COST,
  });
  return {
    routes: routes({ database, passwords, perAddress: config.REGISTRATIONS_PER_ADDRESS, logger }),
    close: async () => {
      await Promise.all([passwords.close(), database.close()]);
    },
  };
}
