import type { Sql } from '@movie-rental/database';
import { HttpError } from '@movie-rental/function-kit';
import { giveBack, type Limit, take } from '@movie-rental/throttle';

export interface LoginLimits {
  /** Failed logins of one account in 15 minutes. */
  perAccount: number;
  /** Failed logins from one address in 15 minutes. */
  perAddress: number;
}

const WINDOW_SECONDS = 15 * 60;

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
  sql: Sql,
  { perAccount, perAddress }: LoginLimits,
  { username, address }: Attempt,
  logIn: () => Promise<Result>,
): Promise<Result> {
  const limits: Limit[] = [
    { kind: 'login-address', key: address, limit: perAddress, windowSeconds: WINDOW_SECONDS },
    { kind: 'login-account', key: username, limit: perAccount, windowSeconds: WINDOW_SECONDS },
  ];
  const taken: Limit[] = [];
  let failed = false;
  try {
    for (const limit of limits) {
      await take(sql, limit);
      taken.push(limit);
    }
    return await logIn();
  } catch (error) {
    failed = error instanceof HttpError && error.status === 401;
    throw error;
  } finally {
    if (!failed) for (const limit of taken) await giveBack(sql, limit);
  }
}
