import type { Route } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/identity/passwords';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { keyRoute } from './key-route.ts';
import { meRoutes } from './me-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import type { PublicKeySet, SigningKey } from './signing-key.ts';
import type { LoginLimits } from './throttled-log-in.ts';

export interface Dependencies {
  database: Database;
  passwords: Passwords;
  signingKey: SigningKey;
  limits: LoginLimits;
  logger: Logger;
  publicKeys: PublicKeySet;
}

/** Everything that this function answers to. */
export function routes(dependencies: Dependencies): Route[] {
  return [
    ...sessionRoutes(dependencies),
    ...meRoutes(dependencies),
    keyRoute(dependencies.publicKeys),
  ];
}
