import { LoginBody, RefreshBody } from '@movie-rental/contracts';
import { type Route, route } from '@movie-rental/function-kit';
import { clientAddress } from '@movie-rental/function-kit/throttle';
import type { Passwords } from '@movie-rental/identity/passwords';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { refresh } from './refresh.ts';
import type { SigningKey } from './signing-key.ts';
import { type LoginLimits, throttledLogIn } from './throttled-log-in.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  signingKey: SigningKey;
  limits: LoginLimits;
  logger: Logger;
}

/** Signing in, staying so, and signing out. The root is where `faas-cli invoke` calls. */
export function sessionRoutes(dependencies: Dependencies): Route[] {
  const { database } = dependencies;
  return [
    ...['/auth/login', '/'].map((path) =>
      route({
        method: 'POST',
        path,
        who: 'anyone',
        body: LoginBody,
        handle: async ({ body, headers }) => {
          const attempt = { username: body.username, address: clientAddress(headers) };
          const work = () => logIn(dependencies, body);
          return { status: 200, body: await throttledLogIn(dependencies, attempt, work) };
        },
      }),
    ),
    route({
      method: 'POST',
      path: '/auth/refresh',
      who: 'anyone',
      body: RefreshBody,
      handle: async ({ body }) => ({
        status: 200,
        body: await refresh(dependencies, body.refresh_token),
      }),
    }),
    route({
      method: 'POST',
      path: '/auth/logout',
      who: 'anyone',
      body: RefreshBody,
      handle: async ({ body }) => {
        await logOut(database, body.refresh_token);
        return { status: 204 };
      },
    }),
  ];
}
