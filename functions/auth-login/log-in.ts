import { randomUUID } from 'node:crypto';
import type { LoginBody, TokenPair } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/database';
import type { Passwords } from '@movie-rental/passwords';
import { invalidCredentials } from './errors.ts';
import { issueTokens } from './issue-tokens.ts';
import { insertSession } from './session-sql.ts';
import type { SigningKey } from './signing-key.ts';
import { findUser, lockUser } from './user-sql.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  signingKey: SigningKey;
}

/**
 * Signs a user in: a new session with its first pair of tokens. An unknown user takes as long.
 * @throws HttpError 401 `invalid_credentials`, 503 where too many passwords are being checked.
 */
export async function logIn(
  { database, passwords, signingKey }: Dependencies,
  { username, password }: LoginBody,
): Promise<TokenPair> {
  const checked = await findUser(database, username);
  const isRight = await passwords.verify(password, checked?.password_hash);
  if (!isRight) throw invalidCredentials();
  return database.transaction(async (tx) => {
    const user = await lockUser(tx, username);
    // A password that was changed meanwhile has ended every session: none may begin by the old one.
    if (!user || user.password_hash !== checked?.password_hash) throw invalidCredentials();
    const sessionId = randomUUID();
    await insertSession(tx, { id: sessionId, username }, await tx.now());
    return issueTokens(tx, signingKey, { user, sessionId, parentHash: null });
  });
}
