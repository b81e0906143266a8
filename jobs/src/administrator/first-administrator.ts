import { passwordConfig } from '@movie-rental/identity/passwords';
import { type Database, isDuplicate } from '@movie-rental/mysql';
import { hash } from 'bcryptjs';
import { z } from 'zod';

/** A user's name and password. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** A customer has the name that the first administrator was to have. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
}

const { BCRYPT_COST } = z.object(passwordConfig).parse({});

/**
 * Makes sure that the shop has its first administrator. If no one has the role, a user is made who
 * has it from the start: no one can have the name first and be given the role with it.
 *
 * @returns whether it was made now
 * @throws NameTaken if the name is a customer's
 */
export async function ensureAdministrator(
  database: Database,
  { username, password }: Account,
): Promise<boolean> {
  if (await hasAdministrator(database)) return false;
  const passwordHash = await hash(password, BCRYPT_COST);
  try {
    await database.run("INSERT INTO users (username, password_hash, role) VALUES (?, ?, 'admin')", [
      username,
      passwordHash,
    ]);
    return true;
  } catch (error) {
    if (!isDuplicate(error, 'username')) throw error;
    // Another run of this may have been faster.
    if (await hasAdministrator(database)) return false;
    throw new NameTaken(
      `A customer is called “${username}”, so the first administrator cannot be. Choose another name.`,
    );
  }
}

async function hasAdministrator(database: Database): Promise<boolean> {
  return (await database.first("SELECT 1 FROM users WHERE role = 'admin' LIMIT 1")) !== undefined;
}
