import { type FunctionDefinition, route } from '@movie-rental/function-kit';
import { openDatabase } from '@movie-rental/mysql';
import { readConfig } from './config.ts';
import { sweep } from './sweep.ts';

/** Its sweep takes one step after the other, and two of them may meet. */
const CONNECTIONS = 2;

/** A batch after an outage is large, and nobody waits for the answer. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** Composes the function from its configuration. */
export const open: FunctionDefinition['open'] = () => {
  const database = openDatabase(readConfig().MYSQL_URL, CONNECTIONS, {
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  return {
    routes: [
      route({
        method: 'POST',
        path: '/',
        who: 'anyone',
        handle: async ({ trace }) => ({ status: 200, body: await sweep(database, trace) }),
      }),
    ],
    close: () => database.close(),
  };
};
