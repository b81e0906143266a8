import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { adminAccount } from '../instance/application-secrets.ts';
import type { Instance } from '../instance/instance.ts';

const TIMEOUT_MS = 30_000;
const PAUSE_MS = 200;

/**
 * Makes sure that the shop has its first administrator: registers through the public API, as everybody
 * does, and grants the role in the database.
 *
 * @param url the edge's
 * @throws Error where the API does not answer as it should in time
 */
export async function ensureAdministrator(instance: Instance, url: string, mysqlUrl: string) {
  const account = await adminAccount(instance);
  await register(url, account);
  const connection = await createConnection(mysqlUrl);
  try {
    const sql = "UPDATE users SET role = 'admin' WHERE username = ?";
    await connection.execute(sql, [account.username]);
  } finally {
    await connection.end();
  }
  return account;
}

async function register(url: string, account: object): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await attempt(url, account);
    if (answer === undefined) return;
    if (Date.now() > deadline) throw new Error(`The administrator could not register: ${answer}`);
    await sleep(PAUSE_MS);
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
