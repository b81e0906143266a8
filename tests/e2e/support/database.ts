import { type Database, openDatabase } from '@movie-rental/database';
import { testStack } from '@movie-rental/testkit';

/** Does something with the database of the system under test, behind its back. */
export async function withDatabase<Result>(
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase(testStack().mysql.url, 1);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
