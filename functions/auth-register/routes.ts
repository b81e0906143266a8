import { RegisterBody } from '@movie-rental/contracts';
import { clientAddress, route } from '@movie-rental/function-kit';

import type { Passwords } from '@movie-rental/identity/passwords';
import { withinLimits } from '@movie-rental/identity/throttle';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { register } from './register.ts';

const USERS_OWN_PATH = '/api/auth/me';
const WINDOW_SECONDS = 60 * 60;

interface Dependencies {
  database: Database;
  passwords: Passwords;
  /** Registrations from one address in an hour. */
  perAddress: number;
  logger: Logger;
}

/** Registration, at its public path and at the root, where `faas-cli invoke` calls. */
export function routes({ perAddress, ...dependencies }: Dependencies) {
  return ['/auth/register', '/'].map((path) =>
    route({
      method: 'POST',
      path,
      who: 'anyone',
      body: RegisterBody,
      handle: async ({ body, headers }) => {
        const key = clientAddress(headers);
        const windowSeconds = WINDOW_SECONDS;
        const user = await withinLimits(dependencies, {
          limits: [{ kind: 'register-address', key, limit: perAddress, windowSeconds }],
          work: () => register(dependencies, body),
          counts: ({ status }) => status === 'fulfilled',
        });
        return { status: 201, body: user, headers: { Location: USERS_OWN_PATH } };
      },
    }),
  );
}
