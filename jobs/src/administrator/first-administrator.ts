import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@movie-rental/database';
import { grantFirst } from './administrators.ts';

const TIMEOUT_MS = 30_000;
const PAUSE_MS = 200;

/** A user's name and password. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/**
 * Makes sure that the shop has its first administrator: registers through the public API, as everybody
 * does, and gets the role in the database where nobody has it.
 *
 * @param registerUrl where users register, e.g. `http://…/api/auth/register`
 * @param signal ends the waiting
 * @throws Error where the API does not answer as it should in time
 */
export async function ensureAdministrator(
  account: Account,
  registerUrl: string,
  mysqlUrl: string,
  signal?: AbortSignal,
): Promise<void> {
  await register(registerUrl, account, signal);
  const database = openDatabase(mysqlUrl, 1);
  try {
    await grantFirst(database, account.username);
  } finally {
    await database.close();
  }
}

async function register(url: string, account: Account, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await attempt(url, account);
    if (answer === undefined) return;
    if (Date.now() > deadline) throw new Error(`The administrator could not register: ${answer}`);
    await sleep(PAUSE_MS, undefined, signal ? { signal } : {});
  }
}

/** One attempt; undefined where the account is there now, else why it is not. */
async function attempt(url: string, account: Account): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
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
