import { UpdateMeBody } from '@movie-rental/contracts';
import { type Route, route } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/identity/passwords';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { readMe } from './read-me.ts';
import type { LoginLimits } from './throttled-log-in.ts';
import { updateMe } from './update-me.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  limits: LoginLimits;
  logger: Logger;
}

/** What users may see and change of themselves. */
export function meRoutes(dependencies: Dependencies): Route[] {
  return [
    route({
      method: 'GET',
      path: '/auth/me',
      who: 'customer',
      handle: async ({ caller }) => ({
        status: 200,
        body: await readMe(dependencies.database, caller),
      }),
    }),
    route({
      method: 'PATCH',
      path: '/auth/me',
      who: 'customer',
      body: UpdateMeBody,
      handle: async ({ caller, body }) => ({
        status: 200,
        body: await updateMe(dependencies, caller, body),
      }),
    }),
  ];
}
