import { z } from 'zod';
import { Id, integerText, Limit, line, Time } from './fields.ts';

const MAX_LENGTH_MINUTES = 1440;
const MAX_COPIES = 1_000_000;

const Name = line(255);
const LengthMinutes = z.int().min(1).max(MAX_LENGTH_MINUTES);
/** null: as many as are asked for. */
const Copies = z.int().min(0).max(MAX_COPIES).nullable();
const ExternalId = line(64).nullable();

/** The whole of a movie, as POST and PUT take it. */
export const NewMovie = z.strictObject({
  name: Name,
  genre: Name,
  length_minutes: LengthMinutes,
  copies: Copies.optional(),
  external_id: ExternalId.optional(),
});
export type NewMovie = z.infer<typeof NewMovie>;

/** A merge patch (RFC 7396): what is absent stays as it is, null resets. */
export const MoviePatch = NewMovie.partial();
export type MoviePatch = z.infer<typeof MoviePatch>;

export const Movie = z.object({
  id: Id,
  name: z.string(),
  genre: z.string(),
  length_minutes: z.int(),
  copies: z.int().nullable(),
  /** Copies that are free now; null where copies is null. */
  available: z.int().nullable(),
  created_at: Time,
  updated_at: Time,
});
export type Movie = z.infer<typeof Movie>;

export const MOVIE_SORT_FIELDS = ['id', 'name', 'length_minutes', 'created_at'] as const;
export type MovieSortField = (typeof MOVIE_SORT_FIELDS)[number];

const Sort = z.enum([
  ...MOVIE_SORT_FIELDS,
  ...MOVIE_SORT_FIELDS.map((field) => `-${field}` as const),
]);

export const MovieQuery = z.strictObject({
  genre: Name.optional(),
  min_length: integerText(1, MAX_LENGTH_MINUTES).optional(),
  max_length: integerText(1, MAX_LENGTH_MINUTES).optional(),
  available: z.enum(['true', 'false']).optional(),
  sort: Sort.default('id'),
  limit: Limit,
  cursor: z.string().max(2048).optional(),
});
export type MovieQuery = z.infer<typeof MovieQuery>;

export const Genre = z.object({ genre: z.string(), movies: z.int() });
export type Genre = z.infer<typeof Genre>;
