import { PASSWORD_IS_USERNAME, repeatsUsername, type UpdateMeBody } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/database';
import { invalid } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/passwords';
import { noSuchUser, wrongPassword } from './errors.ts';
import { findUser } from './user-sql.ts';

interface Dependencies {
  sql: Sql;
  passwords: Passwords;
}

/** The hash that `current_password` fits, and the one to put in its place. */
export interface PasswordChange {
  oldHash: string;
  newHash: string;
}

/**
 * Checks that the password may be changed as asked for; undefined where it stays as it is.
 * @throws HttpError 401 where the user is gone, 403 `wrong_password`, 422 for a password that is
 *   the username, 503 where too many passwords are being checked.
 */
export async function checkPasswordChange(
  { sql, passwords }: Dependencies,
  username: string,
  { password, current_password = '' }: UpdateMeBody,
): Promise<PasswordChange | undefined> {
  if (password === undefined) return undefined;
  if (repeatsUsername(username, password)) {
    throw invalid([{ path: 'password', message: PASSWORD_IS_USERNAME }]);
  }
  const user = await findUser(sql, username);
  if (!user) throw noSuchUser();
  const isRight = await passwords.verify(current_password, user.password_hash);
  if (!isRight) throw wrongPassword();
  return { oldHash: user.password_hash, newHash: await passwords.hash(password) };
}
