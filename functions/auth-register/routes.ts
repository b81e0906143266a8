import { RegisterBody } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/database';
import { type Route, route } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/passwords';
import { clientAddress, take } from '@movie-rental/throttle';
import { register } from './register.ts';

const USERS_OWN_PATH = '/api/auth/me';
const WINDOW_SECONDS = 60 * 60;

interface Dependencies {
  database: Database;
  passwords: Passwords;
  /** Registrations from one address in an hour. */
  perAddress: number;
}

/** Registration, at its public path and at the root, where `faas-cli invoke` calls. */
export function routes({ database, passwords, perAddress }: Dependencies): Route[] {
  return ['/auth/register', '/'].map((path) =>
    route({
      method: 'POST',
      path,
      who: 'anyone',
      body: RegisterBody,
      handle: async ({ body, headers }) => {
        const key = clientAddress(headers);
        const limit = { kind: 'register-address', key, limit: perAddress };
        await take(database, { ...limit, windowSeconds: WINDOW_SECONDS });
        return {
          status: 201,
          body: await register({ database, passwords }, body),
          headers: { Location: USERS_OWN_PATH },
        };
      },
    }),
  );
}
