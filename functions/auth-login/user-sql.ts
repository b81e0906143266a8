import { type Caller, Refusal, type Role, type User } from '@movie-rental/contracts';
import type { Sql, Transaction } from '@movie-rental/mysql';

/** A user as the database holds it. */
export interface UserRow {
  id: number;
  username: string;
  password_hash: string;
  email: string | null;
  role: Role;
  created_at: Date;
}

/**
 * How often a password is checked if its hash is replaced between the check and the lock: a login
 * may have renewed it, even twice if replicas differ in their cost.
 */
export const MAX_CHECKS = 3;

const SELECT_USER = `SELECT id, username, password_hash, email, role, created_at FROM users
  WHERE username = ?`;

export async function findUser(sql: Sql, username: string): Promise<UserRow | undefined> {
  return exactly(username, await sql.first<UserRow>(SELECT_USER, [username]));
}

/** The user's row, locked until the transaction ends. */
export async function lockUser(tx: Transaction, username: string): Promise<UserRow | undefined> {
  return exactly(username, await tx.first<UserRow>(`${SELECT_USER} FOR UPDATE`, [username]));
}

/** The column's collation takes é for e: what it finds is not always what was asked for. */
function exactly(username: string, row: UserRow | undefined): UserRow | undefined {
  return row?.username === username ? row : undefined;
}

/** @throws Refusal `user_not_found`: the token is valid, but the user is gone. */
export async function readMe(sql: Sql, { username }: Caller): Promise<User> {
  const user = await findUser(sql, username);
  if (!user) throw new Refusal('user_not_found');
  return toUser(user);
}

/** A user as it is answered: never with a hash. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    role: row.role,
    created_at: row.created_at.toISOString(),
  };
}
