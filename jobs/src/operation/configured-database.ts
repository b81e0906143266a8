import { type Database, withDatabase } from '@movie-rental/mysql';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';

const Config = z.object({ MYSQL_URL: z.url({ protocol: /^mysql$/ }) });

/**
 * Does something with the database that `MYSQL_URL`, or the secret `mysql-url`, names.
 *
 * @throws ConfigError if there is no such setting, and what `work` throws
 */
export async function withConfiguredDatabase<Result>(
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { MYSQL_URL } = loadConfig(Config, ['MYSQL_URL']);
  return withDatabase(MYSQL_URL, work);
}
