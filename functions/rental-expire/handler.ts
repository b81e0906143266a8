import { createFunction, mysqlUrl, route } from '@movie-rental/function-kit';
import { openDatabase } from '@movie-rental/mysql';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { sweep } from './sweep.ts';

/** Its sweep takes one step after the other, and two of them may meet. */
const CONNECTIONS = 2;

/** A batch after an outage is large, and the caller of a timer does not wait for the answer. */
const STATEMENT_TIMEOUT_MS = 60_000;

const fn = createFunction({
  name: 'rental-expire',
  open: () => {
    const { MYSQL_URL } = loadConfig(z.object({ MYSQL_URL: mysqlUrl }), ['MYSQL_URL']);
    const database = openDatabase(MYSQL_URL, CONNECTIONS, {
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
  },
});

export default fn.handle;
export const { init, close } = fn;
export const body = 'raw';
