import { LoginBody, RefreshBody, UpdateMeBody } from '@movie-rental/contracts';
import { clientAddress, route } from '@movie-rental/function-kit';
import { keyRoute } from './key-route.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { refresh } from './refresh.ts';
import type { PublicKeySet, SigningKey } from './signing-key.ts';
import { type PasswordChecking, updateMe } from './update-me.ts';
import { readMe } from './user-sql.ts';

export interface Dependencies extends PasswordChecking {
  signingKey: SigningKey;
  publicKeys: PublicKeySet;
}

/** Signing in, staying so and signing out; what users may see and change of themselves. */
export function routes(dependencies: Dependencies) {
  const { database, publicKeys } = dependencies;
  return [
    // The root is where `faas-cli invoke` calls.
    ...['/auth/login', '/'].map((path) =>
      route({
        method: 'POST',
        path,
        who: 'anyone',
        body: LoginBody,
        handle: async ({ body, headers }) => ({
          status: 200,
          body: await logIn(dependencies, body, clientAddress(headers)),
        }),
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
    route({
      method: 'GET',
      path: '/auth/me',
      who: 'customer',
      handle: async ({ caller }) => ({ status: 200, body: await readMe(database, caller) }),
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
    keyRoute(publicKeys),
  ];
}
