import { randomBytes } from 'node:crypto';
import { type Database, migrate, openDatabase } from '@movie-rental/mysql';
import { testServers } from './servers.ts';

/** Tests run from the root of the checkout. */
const MIGRATIONS = 'db/migrations';
/** Dropping a database takes long on a busy machine. */
const STATEMENT_TIMEOUT_MS = 60_000;

export interface TestDatabase {
  url: string;
  database: Database;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** A database of the test's own on the real server, with every migration applied. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(testServers().mysql.url);
  url.pathname = `/${name}`;
  await migrate(url.href, MIGRATIONS);
  const database = openDatabase(url.href, 24, { statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  return {
    url: url.href,
    database,
    drop: async () => {
      await database.run(`DROP DATABASE ${name}`);
      await database.close();
    },
  };
}
