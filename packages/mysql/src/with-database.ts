import { type Database, openDatabase } from './database.ts';

/** Does something with a database over one connection, which is closed whatever comes of it. */
export async function withDatabase<Result>(
  url: string,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase(url, 1);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
