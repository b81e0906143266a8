import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import { clientAddress, giveBack, type Limit, take } from './index.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await own.database.run('DELETE FROM throttle');
});

const three: Limit = { kind: 'test', key: 'alice', limit: 3, windowSeconds: 60 };
const takes = (limit: Limit, times: number) =>
  Promise.allSettled(Array.from({ length: times }, () => take(own.database, limit)));
const granted = (outcomes: readonly PromiseSettledResult<void>[]) =>
  outcomes.filter(({ status }) => status === 'fulfilled').length;

test('of many at once no more are let through than the limit says', async () => {
  expect(granted(await takes(three, 20))).toBeLessThanOrEqual(3);
});

test('one after another exactly the limit, and the next is told when to come back', async () => {
  for (let use = 0; use < 3; use++) await take(own.database, three);
  await expect(take(own.database, three)).rejects.toMatchObject({
    status: 429,
    headers: { 'Retry-After': expect.stringMatching(/^(59|60)$/) },
  });
});

test('others are counted for themselves', async () => {
  await takes(three, 4);
  await take(own.database, { ...three, key: 'bob' });
  await take(own.database, { ...three, kind: 'other' });
});

test('what is given back may be used again, and never becomes credit', async () => {
  for (let use = 0; use < 5; use++) {
    await take(own.database, three);
    await giveBack(own.database, three);
    await giveBack(own.database, three);
  }
  expect(granted(await takes({ ...three, limit: 3 }, 3))).toBe(3);
  await expect(take(own.database, three)).rejects.toMatchObject({ status: 429 });
});

test('a new window begins when the last is over', async () => {
  await takes(three, 4);
  await own.database.run('UPDATE throttle SET ends_at = NOW() - INTERVAL 1 SECOND');
  await take(own.database, three);
  const row = await own.database.first<{ hits: number; seconds: number }>(
    'SELECT hits, TIMESTAMPDIFF(SECOND, NOW(), ends_at) AS seconds FROM throttle',
  );
  expect(row?.hits).toBe(1);
  expect(row?.seconds).toBeGreaterThan(50);
});

test('neither names nor addresses are kept', async () => {
  await take(own.database, three);
  const row = await own.database.first<{ bucket: string }>('SELECT bucket FROM throttle');
  expect(row?.bucket).not.toContain('alice');
});

test.each([
  ['203.0.113.7, 127.0.0.1', '203.0.113.7'],
  ['::1', '::1'],
  [undefined, 'unknown'],
])('X-Forwarded-For: %s comes from %s', (header, address) => {
  expect(clientAddress(header === undefined ? {} : { 'x-forwarded-for': header })).toBe(address);
});
