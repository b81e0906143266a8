import type { User } from '@movie-rental/contracts';
import type { Caller } from '@movie-rental/function-kit';
import type { Sql } from '@movie-rental/mysql';
import { noSuchUser } from './errors.ts';
import { findUser, toUser } from './user-sql.ts';

/** @throws HttpError 401 where the user is gone. */
export async function readMe(sql: Sql, { username }: Caller): Promise<User> {
  const user = await findUser(sql, username);
  if (!user) throw noSuchUser();
  return toUser(user);
}
