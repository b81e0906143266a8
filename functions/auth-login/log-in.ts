import { randomUUID } from 'node:crypto';
import type { LoginBody, TokenPair } from '@movie-rental/contracts';
import type { Passwords } from '@movie-rental/identity/passwords';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { invalidCredentials } from './errors.ts';
import { issueTokens } from './issue-tokens.ts';
import { renewHash } from './renew-hash.ts';
import { insertSession } from './session-sql.ts';
import type { SigningKey } from './signing-key.ts';
import { findUser, lockUser, MAX_CHECKS, type UserRow } from './user-sql.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  signingKey: SigningKey;
  logger: Logger;
}

/**
 * Signs a user in: a new session with its first pair of tokens. An unknown user takes as long. A
 * hash of another cost than the configured one is renewed.
 * @throws HttpError 401 `invalid_credentials`, 503 where too many passwords are being checked.
 */
export async function logIn(dependencies: Dependencies, body: LoginBody): Promise<TokenPair> {
  const { database, passwords } = dependencies;
  const { username, password } = body;
  for (let check = 1; check <= MAX_CHECKS; check++) {
    const user = await findUser(database, username);
    const isRight = await passwords.verify(password, user?.password_hash);
    if (!user || !isRight) throw invalidCredentials();
    const tokens = await beginSession(dependencies, user);
    if (tokens) {
      await renewHash(dependencies, user, password);
      return tokens;
    }
  }
  throw invalidCredentials();
}

/**
 * Undefined where the hash that was checked is no longer the user's: a password that was changed
 * has ended every session, so none may begin by the old one.
 */
function beginSession(
  { database, signingKey }: Dependencies,
  { username, password_hash }: UserRow,
): Promise<TokenPair | undefined> {
  return database.transaction(async (tx) => {
    const user = await lockUser(tx, username);
    if (user?.password_hash !== password_hash) return undefined;
    const sessionId = randomUUID();
    await insertSession(tx, { id: sessionId, username }, await tx.now());
    return issueTokens(tx, signingKey, { user, sessionId, parentHash: null });
  });
}
