import { randomUUID } from 'node:crypto';
import { isRefusal, type LoginBody, Refusal, type TokenPair } from '@movie-rental/contracts';
import { withinLimits } from '@movie-rental/identity/throttle';
import { insertSession, issueTokens } from './sessions.ts';
import type { SigningKey } from './signing-key.ts';
import { LOGIN_WINDOW_SECONDS, type PasswordChecking } from './update-me.ts';
import { findUser, lockUser, MAX_CHECKS, type UserRow } from './user-sql.ts';

interface Dependencies extends PasswordChecking {
  signingKey: SigningKey;
}

/**
 * Signs a user in, unless the account, whether or not it exists, or the caller's address has failed
 * too often of late. Only wrong credentials count: successes and errors on our side are given back.
 *
 * @throws Refusal `invalid_credentials`, `too_many_attempts`, or `busy` if too many passwords are
 *   being checked.
 */
export async function logIn(
  dependencies: Dependencies,
  body: LoginBody,
  address: string,
): Promise<TokenPair> {
  const { perAccount, perAddress } = dependencies.limits;
  const windowSeconds = LOGIN_WINDOW_SECONDS;
  return withinLimits(dependencies, {
    limits: [
      { kind: 'login-address', key: address, limit: perAddress, windowSeconds },
      { kind: 'login-account', key: body.username, limit: perAccount, windowSeconds },
    ],
    work: () => checkCredentials(dependencies, body),
    counts: (outcome) =>
      outcome.status === 'rejected' && isRefusal(outcome.reason, 'invalid_credentials'),
  });
}

/** A new session with its first pair of tokens. An unknown user takes as long. */
async function checkCredentials(
  dependencies: Dependencies,
  { username, password }: LoginBody,
): Promise<TokenPair> {
  const { database, passwords } = dependencies;
  for (let check = 1; check <= MAX_CHECKS; check++) {
    const user = await findUser(database, username);
    const isRight = await passwords.verify(password, user?.password_hash);
    if (!user || !isRight) break;
    const tokens = await beginSession(dependencies, user);
    if (tokens) {
      await renewHash(dependencies, user, password);
      return tokens;
    }
  }
  throw new Refusal('invalid_credentials');
}

/**
 * Undefined if the hash that was checked is no longer the user's: a password that was changed has
 * ended every session, so none may begin by the old one.
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

/**
 * Replaces a hash of another cost by one of the configured cost, unless it was replaced meanwhile.
 * It takes the password itself, so it can only be done at login. If it fails, the old hash stays
 * until the next login.
 */
async function renewHash(
  { database, passwords, logger }: Dependencies,
  { id, password_hash }: UserRow,
  password: string,
): Promise<void> {
  if (!passwords.hasOtherCost(password_hash)) return;
  try {
    const newHash = await passwords.hash(password);
    await database.run('UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?', [
      newHash,
      id,
      password_hash,
    ]);
  } catch (error) {
    logger.warn({ err: error, userId: id }, 'a password keeps a hash of another cost');
  }
}
