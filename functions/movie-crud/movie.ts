import {
  ANSWERED_MOVIE_FIELDS,
  MOVIE_FIELDS,
  type Movie,
  type MovieEventType,
  type MovieFields,
  type NewMovie,
  Refusal,
  type Trace,
} from '@movie-rental/contracts';
import { appendEvents, isDuplicate, type Transaction, type Value } from '@movie-rental/mysql';
import { isActive } from '@movie-rental/rentals';

/** A movie as the database holds it. */
export interface MovieRow extends MovieFields {
  id: number;
  version: number;
  created_at: Date;
  updated_at: Date;
  removed_at: Date | null;
}

/** A movie as it is answered, with the version that it has. */
export interface VersionedMovie {
  movie: Movie;
  version: number;
}

/** What a {@link MovieRow} is selected by, from a `movie m`. */
export const MOVIE_COLUMNS = [
  'id',
  ...MOVIE_FIELDS,
  'version',
  'created_at',
  'updated_at',
  'removed_at',
]
  .map((column) => `m.${column}`)
  .join(', ');

/** How many copies of movie `m` are out. */
export const ACTIVE_RENTALS = `(SELECT COUNT(*) FROM rental r
  WHERE r.movie_id = m.id AND ${isActive('NOW()')})`;

/** The same, if copies are limited; otherwise it does not matter. */
export const ACTIVE_COLUMN = `IF(m.copies IS NULL, 0, ${ACTIVE_RENTALS}) AS active`;

/** @param active how many copies are out; it does not matter unless copies are limited. */
export function toMovie(row: MovieRow, active: number): Movie {
  return {
    id: row.id,
    ...pick(row, ANSWERED_MOVIE_FIELDS),
    available: row.copies === null ? null : row.copies - active,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** A new movie with null for what was left out. */
export function filled(body: NewMovie): MovieFields {
  const values = MOVIE_FIELDS.map((field) => [field, body[field] ?? null]);
  return Object.fromEntries(values) as MovieFields;
}

/**
 * Locks a movie to change it.
 * @throws Refusal `movie_not_found`, also if it was removed; `movie_changed` unless its version is
 *   one of `expected`.
 */
export async function lockMovieToChange(
  tx: Transaction,
  id: number,
  expected: readonly number[] | undefined,
): Promise<MovieRow> {
  const movie = await tx.first<MovieRow>(
    `SELECT ${MOVIE_COLUMNS} FROM movie m WHERE m.id = ? AND m.removed_at IS NULL FOR UPDATE`,
    [id],
  );
  if (!movie) throw new Refusal('movie_not_found');
  if (expected && !expected.includes(movie.version)) throw new Refusal('movie_changed');
  return movie;
}

/**
 * Writes a movie's first version.
 * @throws Refusal `external_id_taken`
 */
export async function storeNewMovie(
  tx: Transaction,
  fields: MovieFields,
  trace: Trace,
): Promise<MovieRow> {
  const now = await tx.now();
  const row = { ...fields, version: 1, created_at: now, updated_at: now };
  const { insertId } = await write(tx, 'INSERT INTO movie SET', row);
  const movie = { ...row, id: insertId, removed_at: null };
  await appendMovieEvent(tx, 'movie.added', movie, trace);
  return movie;
}

/**
 * Writes a change as the movie's next version. Its row must be locked.
 * @throws Refusal `external_id_taken`
 */
export async function storeChangedMovie(
  tx: Transaction,
  movie: MovieRow,
  { change, trace }: { change: Partial<MovieRow>; trace: Trace },
): Promise<MovieRow> {
  const changes = { ...change, version: movie.version + 1, updated_at: await tx.now() };
  await write(tx, 'UPDATE movie SET', changes, movie.id);
  const changed = { ...movie, ...changes };
  const type = changed.removed_at === null ? 'movie.updated' : 'movie.removed';
  await appendMovieEvent(tx, type, changed, trace);
  return changed;
}

async function write(
  tx: Transaction,
  statement: 'INSERT INTO movie SET' | 'UPDATE movie SET',
  row: Partial<MovieRow>,
  id?: number,
) {
  const columns: [string, Value][] = Object.entries(row);
  const assignments = columns.map(([column]) => `${column} = ?`).join(', ');
  const values = columns.map(([, value]) => value);
  try {
    return id === undefined
      ? await tx.run(`${statement} ${assignments}`, values)
      : await tx.run(`${statement} ${assignments} WHERE id = ?`, [...values, id]);
  } catch (error) {
    throw isDuplicate(error, 'movie_external_id') ? new Refusal('external_id_taken') : error;
  }
}

/** The event carries the whole movie, in the transaction of its change. */
async function appendMovieEvent(
  tx: Transaction,
  type: MovieEventType,
  row: MovieRow,
  trace: Trace,
): Promise<void> {
  const data = {
    id: row.id,
    ...pick(row, MOVIE_FIELDS),
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    removed_at: row.removed_at?.toISOString() ?? null,
  };
  await appendEvents(tx, [{ type, aggregate: 'movie', aggregateId: row.id, data }], trace);
}

export function pick<Row extends object, Key extends keyof Row>(
  row: Row,
  keys: readonly Key[],
): Pick<Row, Key> {
  return Object.fromEntries(keys.map((key) => [key, row[key]])) as Pick<Row, Key>;
}
