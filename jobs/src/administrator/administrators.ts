import type { Database, Transaction } from '@movie-rental/mysql';

/** What came of changing a user's role. */
export type RoleChange = 'changed' | 'unchanged' | 'unknown user' | 'last administrator';

/** Makes a user an administrator. */
export function grant(database: Database, username: string): Promise<RoleChange> {
  return database.transaction(async (tx) => {
    const { found, administrators } = await look(tx, username);
    if (!found) return 'unknown user';
    if (administrators.includes(username)) return 'unchanged';
    await setRole(tx, username, 'admin');
    return 'changed';
  });
}

/** Makes an administrator a customer, unless no one would be left who can administer the shop. */
export function revoke(database: Database, username: string): Promise<RoleChange> {
  return database.transaction(async (tx) => {
    const { found, administrators } = await look(tx, username);
    if (!found) return 'unknown user';
    if (!administrators.includes(username)) return 'unchanged';
    if (administrators.length === 1) return 'last administrator';
    await setRole(tx, username, 'customer');
    return 'changed';
  });
}

/** Locks all administrators: of two who revoke each other's role, the second one sees the first. */
async function look(tx: Transaction, username: string) {
  const rows = await tx.rows<{ username: string; role: string }>(
    "SELECT username, role FROM users WHERE role = 'admin' OR username = ? FOR UPDATE",
    [username],
  );
  return {
    found: rows.some((row) => row.username === username),
    administrators: rows.filter(({ role }) => role === 'admin').map((row) => row.username),
  };
}

async function setRole(tx: Transaction, username: string, role: 'admin' | 'customer') {
  await tx.run('UPDATE users SET role = ? WHERE username = ?', [role, username]);
}
