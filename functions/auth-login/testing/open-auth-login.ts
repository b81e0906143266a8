import { TokenPair } from '@movie-rental/contracts';
import { openPasswords } from '@movie-rental/identity/passwords';
import { bundleWorker } from '@movie-rental/identity/passwords/testing';
import type { Database } from '@movie-rental/mysql';
import {
  type CalledFunction,
  openFunction,
  testDatabase,
  testPublicKeys,
} from '@movie-rental/testkit';
import { authLogin } from '../handler.ts';
import { newKeys } from './new-keys.ts';

/** The password of every user that a test adds. */
export const PASSWORD = 'correct horse';

/** The lowest cost there is: what tests sign in with need not be safe. */
const QUICK_COST = 4;

export interface AuthLogin {
  fn: CalledFunction;
  database: Database;
  /** The key that the function signs with, as a JWK. */
  publicKey: ReturnType<typeof newKeys>['jwk'];
  addUser(username: string): Promise<void>;
  /** Signs in, in a session of its own. */
  logIn(username: string, password?: string): Promise<TokenPair>;
  refresh(refreshToken: string): ReturnType<CalledFunction['call']>;
  close(): Promise<void>;
}

/**
 * The function on a database of its own. It also accepts what testkit's `accessToken` signs, as a
 * key that is no longer signed with.
 */
export async function openAuthLogin(): Promise<AuthLogin> {
  process.env.LOG_LEVEL = 'silent';
  process.env.BCRYPT_COST = '10';
  process.env.PASSWORD_THREADS = '1';
  const [own, worker] = await Promise.all([testDatabase(), bundleWorker()]);
  const keys = newKeys();
  const fn = await openOn(own.url, worker.url, keys);
  const passwordHash = await quickHash(worker.url);
  const post = (path: string, body: object) => fn.call('POST', path, { body });
  return {
    fn,
    database: own.database,
    publicKey: keys.jwk,
    addUser: async (username) => {
      const values = [username, passwordHash];
      await own.database.run('INSERT INTO users (username, password_hash) VALUES (?, ?)', values);
    },
    logIn: async (username, password = PASSWORD) =>
      TokenPair.parse((await post('/auth/login', { username, password })).body),
    refresh: (refreshToken) => post('/auth/refresh', { refresh_token: refreshToken }),
    close: async () => {
      await fn.close();
      await Promise.all([own.drop(), worker.remove()]);
    },
  };
}

function openOn(mysqlUrl: string, worker: URL, keys: ReturnType<typeof newKeys>) {
  const { handle, init, close } = authLogin(worker);
  const publicKeys = [keys.jwk, ...JSON.parse(testPublicKeys).keys];
  return openFunction(async () => ({ default: handle, init, close }), {
    'mysql-url': mysqlUrl,
    'jwt-private-key': keys.privateKey,
    'jwt-public-keys': JSON.stringify({ keys: publicKeys }),
  });
}

async function quickHash(worker: URL): Promise<string> {
  const passwords = openPasswords({ worker, threads: 1, cost: QUICK_COST });
  const hash = await passwords.hash(PASSWORD);
  await passwords.close();
  return hash;
}
