import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@movie-rental/database';
import { adminAccount } from '../instance/application-secrets.ts';
import { grantFirst } from '../operation/administrators.ts';
import type { Session } from './session.ts';

const TIMEOUT_MS = 30_000;
const PAUSE_MS = 200;

/**
 * Makes sure that the shop has its first administrator: registers through the public API, as everybody
 * does, and gets the role in the database where nobody has it.
 *
 * @param url the edge's
 * @throws Error where the API does not answer as it should in time
 */
export async function ensureAdministrator(
  { instance, signal }: Pick<Session, 'instance' | 'signal'>,
  url: string,
  mysqlUrl: string,
) {
  const account = await adminAccount(instance);
  await register(url, account, signal);
  const database = openDatabase(mysqlUrl, 1);
  try {
    await grantFirst(database, account.username);
  } finally {
    await database.close();
  }
  return account;
}

async function register(url: string, account: object, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await attempt(url, account);
    if (answer === undefined) return;
    if (Date.now() > deadline) throw new Error(`The administrator could not register: ${answer}`);
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

/** One attempt; undefined where the account is there now, else why it is not. */
async function attempt(url: string, account: object): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status === 201 || response.status === 409) return undefined;
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    return String(error);
  }
}
