import type { RegisterBody, User } from '@movie-rental/contracts';
import { conflict } from '@movie-rental/function-kit';
import type { Passwords } from '@movie-rental/identity/passwords';
import { type Database, isDuplicate, type Transaction } from '@movie-rental/mysql';

interface Dependencies {
  database: Database;
  passwords: Passwords;
}

/**
 * Adds a customer.
 * @throws HttpError 409 `username_taken`, 503 where too many passwords are being hashed.
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
    if (!isDuplicate(error, 'username')) throw error;
    throw conflict('username_taken', 'Another user has this name');
  }
}
