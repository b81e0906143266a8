import type { UpdateMeBody, User } from '@movie-rental/contracts';
import type { Caller } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/identity/passwords';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { checkPasswordChange, type PasswordChange } from './check-password-change.ts';
import { noSuchUser, wrongPassword } from './errors.ts';
import { endOtherSessions } from './session-sql.ts';
import type { LoginLimits } from './throttled-log-in.ts';
import { lockUser, MAX_CHECKS, toUser } from './user-sql.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  limits: LoginLimits;
  logger: Logger;
}

/**
 * Changes the caller's e-mail address, password or both. A new password ends every other session.
 * @throws HttpError 401 where the user is gone, 403 `wrong_password`, 422 for a password that is
 *   the username, 429 after too many wrong passwords, 503 where too many passwords are being checked.
 */
export async function updateMe(
  dependencies: Dependencies,
  caller: Caller,
  body: UpdateMeBody,
): Promise<User> {
  for (let check = 1; check <= MAX_CHECKS; check++) {
    // Ahead of the transaction: no row stays locked while a hash is computed.
    const change = await checkPasswordChange(dependencies, caller.username, body);
    const user = await store(dependencies.database, caller, { email: body.email, change });
    if (user) return user;
  }
  throw wrongPassword();
}

/** Undefined where the hash that was checked is no longer the user's. */
function store(
  database: Database,
  { username, sessionId }: Caller,
  { email, change }: { email: User['email'] | undefined; change: PasswordChange | undefined },
): Promise<User | undefined> {
  return database.transaction(async (tx) => {
    const user = await lockUser(tx, username);
    if (!user) throw noSuchUser();
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
