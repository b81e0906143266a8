import type { UpdateMeBody, User } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/database';
import type { Caller } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/passwords';
import { checkPasswordChange } from './check-password-change.ts';
import { noSuchUser, wrongPassword } from './errors.ts';
import { endOtherSessions } from './session-sql.ts';
import { lockUser, toUser } from './user-sql.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
}

/**
 * Changes the caller's e-mail address, password or both. A new password ends every other session.
 * @throws HttpError 401 where the user is gone, 403 `wrong_password`, 422 for a password that is
 *   the username, 503 where too many passwords are being checked.
 */
export async function updateMe(
  { database, passwords }: Dependencies,
  { username, sessionId }: Caller,
  body: UpdateMeBody,
): Promise<User> {
  // Ahead of the transaction: no row stays locked while a hash is computed.
  const change = await checkPasswordChange({ sql: database, passwords }, username, body);
  return database.transaction(async (tx) => {
    const user = await lockUser(tx, username);
    if (!user) throw noSuchUser();
    // Another change of the password may have come first: what was checked is no longer current.
    if (change && change.oldHash !== user.password_hash) throw wrongPassword();
    const email = body.email === undefined ? user.email : body.email;
    const passwordHash = change?.newHash ?? user.password_hash;
    await tx.run('UPDATE users SET email = ?, password_hash = ? WHERE id = ?', [
      email,
      passwordHash,
      user.id,
    ]);
    if (change) await endOtherSessions(tx, { id: sessionId, username }, await tx.now());
    return toUser({ ...user, email });
  });
}
