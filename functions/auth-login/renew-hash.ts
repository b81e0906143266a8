import type { Passwords } from '@movie-rental/identity/passwords';
import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import type { UserRow } from './user-sql.ts';

interface Dependencies {
  database: Database;
  passwords: Passwords;
  logger: Logger;
}

/**
 * Puts a hash of the configured cost in the place of one of another, unless that was replaced
 * meanwhile. `password` must be the one that the user's hash was made of: only a login has it, so
 * only then can it be done. Where it fails the old hash stays, until the next login.
 */
export async function renewHash(
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
