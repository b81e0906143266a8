import { RegisterBody } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/database';
import { type Route, route } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/passwords';
import { register } from './register.ts';

const USERS_OWN_PATH = '/api/auth/me';

/** Registration, at its public path and at the root, where `faas-cli invoke` calls. */
export function routes(database: Database, passwords: Passwords): Route[] {
  return ['/auth/register', '/'].map((path) =>
    route({
      method: 'POST',
      path,
      who: 'anyone',
      body: RegisterBody,
      handle: async ({ body }) => ({
        status: 201,
        body: await register({ database, passwords }, body),
        headers: { Location: USERS_OWN_PATH },
      }),
    }),
  );
}
