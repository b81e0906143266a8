import { type Database, withDatabase } from '@movie-rental/mysql';
import { testStack } from '@movie-rental/testkit';

/** Does something with the database of the system under test, behind its back. */
export function withTestedDatabase<Result>(
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  return withDatabase(testStack().mysql.url, work);
}
