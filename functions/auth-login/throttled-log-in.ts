import { HttpError } from '@movie-rental/function-kit';
import { withinLimits } from '@movie-rental/function-kit/throttle';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';

export interface LoginLimits {
  /** Failed logins of one account in 15 minutes. */
  perAccount: number;
  /** Failed logins from one address in 15 minutes. */
  perAddress: number;
}

export const LOGIN_WINDOW_SECONDS = 15 * 60;

interface Dependencies {
  database: Database;
  logger: Logger;
  limits: LoginLimits;
}

interface Attempt {
  username: string;
  address: string;
}

/**
 * Lets `logIn` run unless its account, whether or not it exists, or its address has failed too often
 * of late. Only wrong credentials count: a success and a fault of ours are given back.
 *
 * @throws HttpError 429 with Retry-After, and whatever `logIn` throws.
 */
export async function throttledLogIn<Result>(
  { limits: { perAccount, perAddress }, ...dependencies }: Dependencies,
  { username, address }: Attempt,
  logIn: () => Promise<Result>,
): Promise<Result> {
  const windowSeconds = LOGIN_WINDOW_SECONDS;
  return withinLimits(dependencies, {
    limits: [
      { kind: 'login-address', key: address, limit: perAddress, windowSeconds },
      { kind: 'login-account', key: username, limit: perAccount, windowSeconds },
    ],
    work: logIn,
    counts: (outcome) =>
      outcome.status === 'rejected' &&
      outcome.reason instanceof HttpError &&
      outcome.reason.status === 401,
  });
}
