import { MOVIE_FIELDS, type MoviePatch, Refusal, type Trace } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { countActiveRentals } from '@movie-rental/rentals';
import {
  lockMovieToChange,
  type MovieRow,
  storeChangedMovie,
  toMovie,
  type VersionedMovie,
} from './movie.ts';

export interface MovieUpdate {
  id: number;
  /** What is absent stays as it is. */
  changes: MoviePatch;
  /** The versions that may be changed; undefined for any. */
  expected: readonly number[] | undefined;
  trace: Trace;
}

/**
 * Changes a movie. One that is like that already keeps its version, and no event tells of it.
 * @throws Refusal `movie_not_found`, `movie_changed`, `copies_in_use` or `external_id_taken`.
 */
export async function updateMovie(
  database: Database,
  { id, changes, expected, trace }: MovieUpdate,
): Promise<VersionedMovie> {
  return database.transaction(async (tx) => {
    const movie = await lockMovieToChange(tx, id, expected);
    const change = differences(movie, changes);
    const { copies } = { ...movie, ...change };
    const active = copies === null ? 0 : await countActiveRentals(tx, id);
    if (change.copies !== undefined && copies !== null && copies < active) {
      throw new Refusal('copies_in_use', { message: `${active} copies are rented now` });
    }
    const isChanged = Object.keys(change).length > 0;
    const now = isChanged ? await storeChangedMovie(tx, movie, { change, trace }) : movie;
    return { movie: toMovie(now, active), version: now.version };
  });
}

/** The columns that change, with their new values. */
function differences(movie: MovieRow, changes: MoviePatch): Partial<MovieRow> {
  const changed = MOVIE_FIELDS.filter(
    (field) => changes[field] !== undefined && changes[field] !== movie[field],
  );
  return Object.fromEntries(changed.map((field) => [field, changes[field]]));
}
