import { LoginBody, RefreshBody } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/database';
import { type Route, route } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/passwords';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { refresh } from './refresh.ts';
import type { SigningKey } from './signing-key.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  signingKey: SigningKey;
}

/** Signing in, staying so, and signing out. The root is where `faas-cli invoke` calls. */
export function sessionRoutes(dependencies: Dependencies): Route[] {
  return [
    ...['/auth/login', '/'].map((path) =>
      route({
        method: 'POST',
        path,
        who: 'anyone',
        body: LoginBody,
        handle: async ({ body }) => ({ status: 200, body: await logIn(dependencies, body) }),
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
        await logOut(dependencies.database, body.refresh_token);
        return { status: 204 };
      },
    }),
  ];
}
