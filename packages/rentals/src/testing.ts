import type { Sql } from '@movie-rental/mysql';
import {
  type CalledFunction,
  openFunction,
  type TestDatabase,
  testDatabase,
  testPublicKeys,
} from '@movie-rental/testkit';
import { RENTAL_HOURS } from './rental.ts';

interface MovieFixture {
  name?: string;
  copies?: number | null;
}

interface RentalFixture {
  movieId: number;
  username?: string;
  status?: 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  /** Seconds from now to the end of its 48 hours; negative for one that is overdue. */
  endsIn?: number;
}

export interface StoredEvent {
  type: string;
  aggregateid: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its expectations what it must be.
  payload: any;
  headers: unknown;
}

/** A function on a database made for the test. */
export interface OpenedFunction {
  db: TestDatabase;
  fn: CalledFunction;
  /** The events that the outbox holds. */
  events(): Promise<StoredEvent[]>;
  close(): Promise<void>;
}

const HOUR = 3600;

/** Writes a movie straight into a test's database, without an event. @returns its id. */
export async function insertMovie(sql: Sql, { name = 'Alien', copies = null }: MovieFixture = {}) {
  const { insertId } = await sql.run(
    "INSERT INTO movie (name, genre, length_minutes, copies) VALUES (?, 'Horror', 117, ?)",
    [name, copies],
  );
  return insertId;
}

/** Writes a rental straight into a test's database, without an event. @returns its id. */
export async function insertRental(sql: Sql, rental: RentalFixture) {
  const { movieId, username = 'alice', status = 'CONFIRMED', endsIn = HOUR } = rental;
  const { insertId } = await sql.run(
    `INSERT INTO rental (username, movie_id, status, created_at)
     VALUES (?, ?, ?, NOW() - INTERVAL ? SECOND)`,
    [username, movieId, status, RENTAL_HOURS * HOUR - endsIn],
  );
  return insertId;
}

/** What the outbox holds, in its order. */
export async function storedEvents(sql: Sql): Promise<StoredEvent[]> {
  return sql.rows<StoredEvent>(
    'SELECT type, aggregateid, payload, headers FROM outbox ORDER BY seq',
  );
}

/** Each rental's status as it is written down, by id. */
export async function storedStatuses(sql: Sql): Promise<Record<number, string>> {
  const rows = await sql.rows<{ id: number; status: string }>('SELECT id, status FROM rental');
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

/** Opens a function that needs the database and the public keys. */
export async function openOnDatabase(
  load: Parameters<typeof openFunction>[0],
): Promise<OpenedFunction> {
  const db = await testDatabase();
  const fn = await openFunction(load, { 'mysql-url': db.url, 'jwt-public-keys': testPublicKeys });
  return {
    db,
    fn,
    events: () => storedEvents(db.database),
    close: async () => {
      await fn.close();
      await db.drop();
    },
  };
}
