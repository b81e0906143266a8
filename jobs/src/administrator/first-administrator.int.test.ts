import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import { compare } from 'bcryptjs';
import { ensureAdministrator } from './first-administrator.ts';

const ADMIN = { username: 'admin', password: 'correct horse' };

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => db.database.run('DELETE FROM users'));
afterAll(() => db.drop());

interface User {
  username: string;
  role: string;
  password_hash: string;
}
const users = () =>
  db.database.rows<User>('SELECT username, role, password_hash FROM users ORDER BY username');

test('the first administrator is made with the role, and once', async () => {
  expect(await ensureAdministrator(db.database, ADMIN)).toBe(true);
  expect(await ensureAdministrator(db.database, { ...ADMIN, password: 'another' })).toBe(false);
  const [admin, ...others] = await users();
  expect(others).toEqual([]);
  expect(admin).toMatchObject({ username: 'admin', role: 'admin' });
  expect(await compare(ADMIN.password, admin?.password_hash ?? '')).toBe(true);
});

test('of many who try at once one makes it, and none fails', async () => {
  const tries = await Promise.all([1, 2, 3, 4].map(() => ensureAdministrator(db.database, ADMIN)));
  expect(tries.filter((isNew) => isNew)).toHaveLength(1);
});

test('a customer who took the name first gets no role by it', async () => {
  await db.database.run("INSERT INTO users (username, password_hash) VALUES ('admin', '-')");
  await expect(ensureAdministrator(db.database, ADMIN)).rejects.toThrow(
    'A customer is called “admin”',
  );
  expect(await users()).toEqual([{ username: 'admin', role: 'customer', password_hash: '-' }]);
});

test('if someone else has the role, nothing is made', async () => {
  await db.database.run(
    "INSERT INTO users (username, password_hash, role) VALUES ('ann', '-', 'admin')",
  );
  expect(await ensureAdministrator(db.database, ADMIN)).toBe(false);
  expect((await users()).map(({ username }) => username)).toEqual(['ann']);
});
