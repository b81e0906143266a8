import { loadConfig } from '@movie-rental/config';
import { type Database, openDatabase } from '@movie-rental/database';
import { z } from 'zod';

const Config = z.object({ MYSQL_URL: z.url({ protocol: /^mysql$/ }) });

/**
 * Does something with the database that `MYSQL_URL`, or the secret `mysql-url`, names.
 *
 * @throws ConfigError where there is no such setting, and what `work` throws
 */
export async function withDatabase<Result>(
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { MYSQL_URL } = loadConfig(Config, ['MYSQL_URL']);
  const database = openDatabase(MYSQL_URL, 1);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
