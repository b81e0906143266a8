import { randomBytes } from 'node:crypto';
import { TokenPair } from '@movie-rental/contracts';
import { testStack } from '@movie-rental/testkit';
import { send } from './http.ts';

export interface Person {
  username: string;
  password: string;
  /** An access token. */
  token: string;
  refreshToken: string;
}

/** A name that no one has. */
export function newName(): string {
  return `e2e-${randomBytes(6).toString('hex')}`;
}

/** Signs in. */
export async function signIn(username: string, password: string): Promise<Person> {
  const reply = await send('POST', '/api/auth/login', { body: { username, password } });
  const tokens = TokenPair.strict().parse(reply.body);
  return { username, password, token: tokens.access_token, refreshToken: tokens.refresh_token };
}

/** The system's first administrator. */
export function signInAdmin(): Promise<Person> {
  const { username, password } = testStack().admin;
  return signIn(username, password);
}

/** A new customer, with an e-mail address by their name. */
export async function newCustomer(): Promise<Person> {
  const username = newName();
  const password = randomBytes(12).toString('base64url');
  const body = { username, password, email: `${username}@example.com` };
  const reply = await send('POST', '/api/auth/register', { body });
  if (reply.status !== 201) throw new Error(`Registering was answered ${reply.status}`);
  return signIn(username, password);
}
