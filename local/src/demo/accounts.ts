import { randomBytes } from 'node:crypto';
import { type RegisterBody, TokenPair, User } from '@movie-rental/contracts';
import type { Shop } from './shop.ts';

/** Somebody who can sign in. */
export type Account = Pick<RegisterBody, 'username' | 'password'>;

/** Signs in and gives the access token. */
export async function signIn(shop: Shop, { username, password }: Account): Promise<string> {
  const body = { username, password };
  const tokens = await shop({
    method: 'POST',
    path: '/api/auth/login',
    body,
    status: 200,
    schema: TokenPair,
  });
  return tokens.access_token;
}

/** Registers a customer that nobody has met before. */
export async function registerCustomer(shop: Shop): Promise<Account> {
  const username = `customer-${randomBytes(4).toString('hex')}`;
  const account = { username, password: randomBytes(12).toString('base64url') };
  await shop({
    method: 'POST',
    path: '/api/auth/register',
    body: { ...account, email: `${username}@example.com` },
    status: 201,
    schema: User,
  });
  return account;
}
