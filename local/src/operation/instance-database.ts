import { type Database, openDatabase } from '@movie-rental/database';
import { readEndpoints } from '../instance/endpoints.ts';
import { DEFAULT_INSTANCE } from '../instance/instance.ts';

/** The option by which a command is told which instance it is for. */
export const INSTANCE_OPTION = {
  instance: { type: 'string', default: DEFAULT_INSTANCE },
} as const;

/**
 * Does something with the database of a running instance.
 *
 * @throws Error where that instance does not run, and what `work` throws
 */
export async function withDatabase<Result>(
  instance: string,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { mysql } = await readEndpoints(instance);
  const database = openDatabase(mysql.url, 1);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
