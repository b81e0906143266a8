import type { FunctionDefinition } from '@movie-rental/function-kit';
import { openDatabase } from '@movie-rental/mysql';
import { readConfig } from './config.ts';
import { routes } from './routes.ts';

/** Composes the function from its configuration. */
export const open: FunctionDefinition['open'] = () => {
  const config = readConfig();
  const database = openDatabase(config.MYSQL_URL);
  return {
    routes: routes(database),
    publicKeys: config.JWT_PUBLIC_KEYS,
    close: () => database.close(),
  };
};
