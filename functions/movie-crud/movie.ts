import type { Movie, MovieEventData } from '@movie-rental/contracts';

/** What an administrator says of a movie. */
export interface MovieFields {
  name: string;
  genre: string;
  length_minutes: number;
  /** null: as many as are asked for. */
  copies: number | null;
  external_id: string | null;
}

/** A movie as the database holds it. */
export interface MovieRow extends MovieFields {
  id: number;
  version: number;
  created_at: Date;
  updated_at: Date;
  removed_at: Date | null;
}

/** A movie as it is answered, and the entity tag of that answer. */
export interface TaggedMovie {
  movie: Movie;
  etag: string;
}

/** @param active how many copies are out; it does not matter where copies are not limited. */
export function toMovie(row: MovieRow, active: number): Movie {
  return {
    id: row.id,
    name: row.name,
    genre: row.genre,
    length_minutes: row.length_minutes,
    copies: row.copies,
    available: row.copies === null ? null : row.copies - active,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** Availability changes without a new version, so the tag carries both. */
export function tagged(row: MovieRow, active: number): TaggedMovie {
  const movie = toMovie(row, active);
  return { movie, etag: `"${row.version}-${movie.available}"` };
}

/** The whole movie, as each of its events carries it. */
export function toEventData(row: MovieRow): MovieEventData {
  return {
    id: row.id,
    name: row.name,
    genre: row.genre,
    length_minutes: row.length_minutes,
    copies: row.copies,
    external_id: row.external_id,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    removed_at: row.removed_at?.toISOString() ?? null,
  };
}
