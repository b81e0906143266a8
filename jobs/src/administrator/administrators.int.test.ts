import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import { grant, revoke } from './administrators.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.database.run('DELETE FROM users');
  await db.database.run(
    `INSERT INTO users (username, password_hash, role)
     VALUES ('ann', '-', 'admin'), ('bob', '-', 'customer'), ('eve', '-', 'customer')`,
  );
});
afterAll(() => db.drop());

const administrators = async () => {
  const rows = await db.database.rows<{ username: string }>(
    "SELECT username FROM users WHERE role = 'admin' ORDER BY username",
  );
  return rows.map(({ username }) => username);
};

test('a user becomes an administrator, and a customer again', async () => {
  expect(await grant(db.database, 'bob')).toBe('changed');
  expect(await grant(db.database, 'bob')).toBe('unchanged');
  expect(await administrators()).toEqual(['ann', 'bob']);
  expect(await revoke(db.database, 'bob')).toBe('changed');
  expect(await revoke(db.database, 'bob')).toBe('unchanged');
  expect(await administrators()).toEqual(['ann']);
});

test.each([
  ['granting', grant],
  ['revoking', revoke],
])('%s: a user that is not there is told', async (_, change) => {
  expect(await change(db.database, 'nobody')).toBe('unknown user');
  expect(await administrators()).toEqual(['ann']);
});

test('the last administrator stays one', async () => {
  expect(await revoke(db.database, 'ann')).toBe('last administrator');
  expect(await administrators()).toEqual(['ann']);
});

test('one administrator is left where all are revoked at once', async () => {
  await grant(db.database, 'bob');
  await grant(db.database, 'eve');
  const all = ['ann', 'bob', 'eve'].map((name) => revoke(db.database, name));
  expect((await Promise.all(all)).sort()).toEqual(['changed', 'changed', 'last administrator']);
  expect(await administrators()).toHaveLength(1);
});
