import { Refusal, type RegisterBody, type User } from '@movie-rental/contracts';
import type { Passwords } from '@movie-rental/identity/passwords';
import { type Database, isDuplicate, type Transaction } from '@movie-rental/mysql';

interface Dependencies {
  database: Database;
  passwords: Passwords;
}

/**
 * Adds a customer.
 * @throws Refusal `username_taken`, or `busy` if too many passwords are being hashed.
 */
export async function register(
  { database, passwords }: Dependencies,
  body: RegisterBody,
): Promise<User> {
  const { username } = body;
  const email = body.email ?? null;
  const passwordHash = await passwords.hash(body.password);
  return database.transaction(async (tx) => {
    const now = await tx.now();
    const id = await insertUser(tx, [username, passwordHash, email, now]);
    return { id, username, email, role: 'customer', created_at: now.toISOString() };
  });
}

async function insertUser(
  tx: Transaction,
  values: [username: string, passwordHash: string, email: string | null, createdAt: Date],
): Promise<number> {
  try {
    const { insertId } = await tx.run(
      'INSERT INTO users (username, password_hash, email, created_at) VALUES (?, ?, ?, ?)',
      values,
    );
    return insertId;
  } catch (error) {
    throw isDuplicate(error, 'username') ? new Refusal('username_taken') : error;
  }
}
