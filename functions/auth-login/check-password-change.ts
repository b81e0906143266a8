import { PASSWORD_IS_USERNAME, repeatsUsername, type UpdateMeBody } from '@movie-rental/contracts';
import { invalid } from '@movie-rental/function-kit';
import { withinLimits } from '@movie-rental/function-kit/throttle';
import type { Passwords } from '@movie-rental/identity/passwords';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { noSuchUser, wrongPassword } from './errors.ts';
import { LOGIN_WINDOW_SECONDS, type LoginLimits } from './throttled-log-in.ts';
import { findUser } from './user-sql.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  limits: LoginLimits;
  logger: Logger;
}

/** The hash that `current_password` fits, and the one to put in its place. */
export interface PasswordChange {
  oldHash: string;
  newHash: string;
}

/**
 * Checks that the password may be changed as asked for; undefined where it stays as it is.
 * @throws HttpError 401 where the user is gone, 403 `wrong_password`, 422 for a password that is
 *   the username, 429 after too many wrong passwords, 503 where too many passwords are being checked.
 */
export async function checkPasswordChange(
  dependencies: Dependencies,
  username: string,
  { password, current_password = '' }: UpdateMeBody,
): Promise<PasswordChange | undefined> {
  if (password === undefined) return undefined;
  if (repeatsUsername(username, password)) {
    throw invalid([{ path: 'password', message: PASSWORD_IS_USERNAME }]);
  }
  const user = await findUser(dependencies.database, username);
  if (!user) throw noSuchUser();
  const oldHash = user.password_hash;
  const isRight = await verifyWithinLimit(dependencies, username, [current_password, oldHash]);
  if (!isRight) throw wrongPassword();
  return { oldHash, newHash: await dependencies.passwords.hash(password) };
}

/** Limited like logins: whoever holds another's access token must not try passwords here instead. */
function verifyWithinLimit(
  { database, passwords, limits, logger }: Dependencies,
  username: string,
  passwordAndHash: [password: string, hash: string],
): Promise<boolean> {
  const limit = {
    kind: 'password-change',
    key: username,
    limit: limits.perAccount,
    windowSeconds: LOGIN_WINDOW_SECONDS,
  };
  return withinLimits(
    { database, logger },
    {
      limits: [limit],
      work: () => passwords.verify(...passwordAndHash),
      counts: (outcome) => outcome.status === 'fulfilled' && !outcome.value,
    },
  );
}
