import {
  type Caller,
  PASSWORD_IS_USERNAME,
  Refusal,
  repeatsUsername,
  type UpdateMeBody,
  type User,
} from '@movie-rental/contracts';
import type { Passwords } from '@movie-rental/identity/passwords';
import { withinLimits } from '@movie-rental/identity/throttle';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { endOtherSessions } from './sessions.ts';
import { findUser, lockUser, MAX_CHECKS, toUser } from './user-sql.ts';

export const LOGIN_WINDOW_SECONDS = 15 * 60;

/** What checking a password takes. */
export interface PasswordChecking {
  database: Database;
  passwords: Passwords;
  /** Wrong passwords in 15 minutes: of one account, and from one address. */
  limits: { perAccount: number; perAddress: number };
  logger: Logger;
}

/** The hash that `current_password` fits, and the one that replaces it. */
interface PasswordChange {
  oldHash: string;
  newHash: string;
}

/**
 * Changes the caller's e-mail address, password or both. A new password ends every other session.
 * @throws Refusal `user_not_found`, `wrong_password`, `validation_failed` for a password that is the
 *   username, `too_many_attempts` after too many wrong ones, `busy` if too many are being checked.
 */
export async function updateMe(
  dependencies: PasswordChecking,
  caller: Caller,
  body: UpdateMeBody,
): Promise<User> {
  for (let check = 1; check <= MAX_CHECKS; check++) {
    // Ahead of the transaction: no row stays locked while a hash is computed.
    const change = await checkPasswordChange(dependencies, caller.username, body);
    const user = await store(dependencies.database, caller, { email: body.email, change });
    if (user) return user;
  }
  throw new Refusal('wrong_password');
}

/** Undefined if the password stays as it is. */
async function checkPasswordChange(
  dependencies: PasswordChecking,
  username: string,
  { password, current_password = '' }: UpdateMeBody,
): Promise<PasswordChange | undefined> {
  if (password === undefined) return undefined;
  if (repeatsUsername(username, password)) {
    const errors = [{ path: 'password', message: PASSWORD_IS_USERNAME }];
    throw new Refusal('validation_failed', { errors });
  }
  const user = await findUser(dependencies.database, username);
  if (!user) throw new Refusal('user_not_found');
  const oldHash = user.password_hash;
  const isRight = await verifyWithinLimit(dependencies, username, [current_password, oldHash]);
  if (!isRight) throw new Refusal('wrong_password');
  return { oldHash, newHash: await dependencies.passwords.hash(password) };
}

/** Limited like logins: someone with a stolen access token must not try passwords here instead. */
function verifyWithinLimit(
  { passwords, limits, ...dependencies }: PasswordChecking,
  username: string,
  passwordAndHash: [password: string, hash: string],
): Promise<boolean> {
  const limit = {
    kind: 'password-change',
    key: username,
    limit: limits.perAccount,
    windowSeconds: LOGIN_WINDOW_SECONDS,
  };
  return withinLimits(dependencies, {
    limits: [limit],
    work: () => passwords.verify(...passwordAndHash),
    counts: (outcome) => outcome.status === 'fulfilled' && !outcome.value,
  });
}

/** Undefined if the hash that was checked is no longer the user's. */
function store(
  database: Database,
  { username, sessionId }: Caller,
  { email, change }: { email: User['email'] | undefined; change: PasswordChange | undefined },
): Promise<User | undefined> {
  return database.transaction(async (tx) => {
    const user = await lockUser(tx, username);
    if (!user) throw new Refusal('user_not_found');
    if (change && change.oldHash !== user.password_hash) return undefined;
    const newEmail = email === undefined ? user.email : email;
    const passwordHash = change?.newHash ?? user.password_hash;
    await tx.run('UPDATE users SET email = ?, password_hash = ? WHERE id = ?', [
      newEmail,
      passwordHash,
      user.id,
    ]);
    if (change) await endOtherSessions(tx, { id: sessionId, username }, await tx.now());
    return toUser({ ...user, email: newEmail });
  });
}
