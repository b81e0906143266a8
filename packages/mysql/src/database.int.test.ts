import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openGate } from '@movie-rental/connector-kit/testing';
import { type TestDatabase, testDatabase } from '@movie-rental/testkit';
import { CommitUnknownError } from './errors.ts';
import { type Database, isDuplicate, isUnavailable, migrate, openDatabase } from './index.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await testDatabase();
  await own.database.run('CREATE TABLE account(name VARCHAR(20) PRIMARY KEY, amount INT NOT NULL)');
});
afterAll(() => own.drop());
beforeEach(async () => {
  await own.database.run('DELETE FROM account');
  await own.database.run("INSERT INTO account VALUES ('a', 0), ('b', 0)");
});

const amount = async (name: string) =>
  (
    await own.database.first<{ amount: number }>('SELECT amount FROM account WHERE name = ?', [
      name,
    ])
  )?.amount;

describe('a transaction', () => {
  test('leaves nothing behind when it fails, on a connection that others get next', async () => {
    const one = openDatabase(own.url, 1);
    const failing = one.transaction(async (tx) => {
      await tx.run("UPDATE account SET amount = 1 WHERE name = 'a'");
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await one.run("UPDATE account SET amount = 2 WHERE name = 'b'");
    await one.close();
    expect([await amount('a'), await amount('b')]).toEqual([0, 2]);
  });

  test('runs in UTC, at READ COMMITTED, at one moment', async () => {
    const seen = await own.database.transaction(async (tx) => {
      const first = await tx.now();
      await tx.run('DO SLEEP(1.1)');
      const session = await tx.first<{ zone: string; level: string }>(
        'SELECT @@session.time_zone AS zone, @@session.transaction_isolation AS level',
      );
      return {
        session,
        moments: new Set([first.getTime(), (await tx.now()).getTime()]).size,
        first,
      };
    });
    expect(seen.session).toEqual({ zone: '+00:00', level: 'READ-COMMITTED' });
    expect(seen.moments).toBe(1);
    expect(Math.abs(seen.first.getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('that deadlocks with another is repeated until both are done', async () => {
    let attempts = 0;
    const add = (first: string, second: string) =>
      own.database.transaction(async (tx) => {
        attempts++;
        await tx.run('UPDATE account SET amount = amount + 1 WHERE name = ?', [first]);
        await tx.run('DO SLEEP(0.2)');
        await tx.run('UPDATE account SET amount = amount + 1 WHERE name = ?', [second]);
      });
    await Promise.all([add('a', 'b'), add('b', 'a')]);
    expect([await amount('a'), await amount('b')]).toEqual([2, 2]);
    expect(attempts).toBeGreaterThan(2);
  });

  test('whose connection is killed before the commit is repeated on a new one', async () => {
    let attempts = 0;
    await own.database.transaction(async (tx) => {
      attempts++;
      await tx.run("UPDATE account SET amount = amount + 1 WHERE name = 'a'");
      const session = await tx.first<{ id: number }>('SELECT CONNECTION_ID() AS id');
      if (attempts === 1) await own.database.run('KILL ?', [session?.id ?? 0]);
      await tx.run("UPDATE account SET amount = amount + 1 WHERE name = 'b'");
    });
    expect(attempts).toBe(2);
    expect([await amount('a'), await amount('b')]).toEqual([1, 1]);
  });

  test('frees its connection each time', async () => {
    const two = openDatabase(own.url, 2);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        two.transaction(async (tx) => {
          await tx.run('DO 1');
          if (index % 2) throw new Error('no');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    await two.close();
  });
});

describe('where the answers of the server are lost', () => {
  let gate: Awaited<ReturnType<typeof openGate>>;
  let one: Database;
  beforeEach(async () => {
    gate = await openGate(own.url);
    one = openDatabase(gate.url, 1, { statementTimeoutMs: 1_000 });
    await one.rows('SELECT 1');
  });
  afterEach(async () => {
    await one.close();
    await gate.close();
  });

  test('a statement fails in time, and the next one gets another connection', async () => {
    gate.swallowAnswers(true);
    const failure: unknown = await one.rows('SELECT 1').catch((error: unknown) => error);
    gate.swallowAnswers(false);
    expect(isUnavailable(failure)).toBe(true);
    expect(await one.rows('SELECT 2 AS n')).toEqual([{ n: 2 }]);
  });

  test('a transaction is repeated before its commit', async () => {
    let attempts = 0;
    await one.transaction(async (tx) => {
      attempts++;
      gate.swallowAnswers(attempts === 1);
      const failing = tx.run("UPDATE account SET amount = amount + 1 WHERE name = 'a'");
      await failing.finally(() => gate.swallowAnswers(false));
    });
    expect(attempts).toBe(2);
    expect(await amount('a')).toBe(1);
  });

  test('a transaction whose commit was sent is not repeated', async () => {
    const committing = one.transaction(async (tx) => {
      await tx.run("UPDATE account SET amount = amount + 1 WHERE name = 'a'");
      gate.swallowAnswers(true);
    });
    await expect(committing).rejects.toBeInstanceOf(CommitUnknownError);
    gate.swallowAnswers(false);
    expect(await amount('a')).toBe(1);
    expect(await one.rows('SELECT 2 AS n')).toEqual([{ n: 2 }]);
  });

  test('a new connection is not lent before its session is set up', async () => {
    const other = openDatabase(gate.url, 1, { statementTimeoutMs: 1_000 });
    gate.swallowAnswers(true);
    const failure: unknown = await other.rows('SELECT 1').catch((error: unknown) => error);
    gate.swallowAnswers(false);
    expect(isUnavailable(failure)).toBe(true);
    expect(await other.first('SELECT @@session.time_zone AS zone')).toEqual({ zone: '+00:00' });
    await other.close();
  });
});

test('a duplicate is told by its key on a server that speaks another language', async () => {
  const failure: unknown = await own.database
    .transaction(async (tx) => {
      await tx.run("SET SESSION lc_messages = 'hu_HU'");
      const inserting = tx.run("INSERT INTO account VALUES ('a', 1)");
      await inserting.finally(() => tx.run("SET SESSION lc_messages = 'en_US'"));
    })
    .catch((error: unknown) => error);
  expect(isDuplicate(failure, 'PRIMARY')).toBe(true);
  expect(isDuplicate(failure, 'name')).toBe(false);
});

test('a server that is not there is told as such', async () => {
  const away = new URL(own.url);
  away.port = '1';
  const database = openDatabase(away.href);
  const failure: unknown = await database.rows('SELECT 1').catch((error: unknown) => error);
  await database.close();
  expect(isUnavailable(failure)).toBe(true);
});

describe('migrations', () => {
  /** A database that is not there yet. */
  function empty(suffix: string) {
    const url = new URL(own.url);
    url.pathname += `_${suffix}`;
    const name = url.pathname.slice(1);
    return { url: url.href, name, drop: () => own.database.run(`DROP DATABASE ${name}`) };
  }

  test('are applied once, by whichever of two appliers comes first', async () => {
    const { url, drop } = empty('twice');
    const applied = await Promise.all([
      migrate(url, 'db/migrations'),
      migrate(url, 'db/migrations'),
    ]);
    await drop();
    const counts = applied.map((names) => names.length).sort((a, b) => a - b);
    expect(counts[0]).toBe(0);
    expect(counts[1]).toBeGreaterThan(5);
  });

  test('go on after a crash between a statement and its record', async () => {
    const { url, name, drop } = empty('crash');
    const all = await migrate(url, 'db/migrations');
    const step = '003_catalogue.1';
    await own.database.run(`DELETE FROM ${name}.migration WHERE name = ?`, [step]);
    await own.database.run(`INSERT INTO ${name}.migration_begun (name) VALUES (?)`, [step]);
    const again = await migrate(url, 'db/migrations');
    const begun = await own.database.rows(`SELECT name FROM ${name}.migration_begun`);
    await drop();
    expect(all).toContain(step);
    expect(again).toEqual([step]);
    expect(begun).toEqual([]);
  });

  test('do not take what someone else has made for their own, however often they run', async () => {
    const { url, name, drop } = empty('foreign');
    await own.database.run(`CREATE DATABASE ${name}`);
    await own.database.run(
      `CREATE TABLE ${name}.movie(created_at TIMESTAMP, id BIGINT AUTO_INCREMENT PRIMARY KEY,
         name VARCHAR(255), genre VARCHAR(255), length_minutes INT, updated_at TIMESTAMP NULL)`,
    );
    for (let run = 0; run < 2; run++) {
      await expect(migrate(url, 'db/migrations')).rejects.toThrow(/003_catalogue\.1.*updated_at/);
    }
    const applied = await own.database.rows<{ name: string }>(`SELECT name FROM ${name}.migration`);
    await drop();
    expect(applied.map((row) => row.name)).not.toContain('003_catalogue.1');
  });

  test("keep the first schema's columns as they were described", async () => {
    const columns = await own.database.rows<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = 'rental' ORDER BY ordinal_position LIMIT 6`,
    );
    expect(columns.map(({ name }) => name)).toEqual([
      'created_at',
      'id',
      'username',
      'movie_id',
      'status',
      'expires_at',
    ]);
  });
});
