import { z } from 'zod';
import { Id, integerText, line, Time } from './fields.ts';
import { pageQuery } from './paging.ts';

const MAX_NAME = 255;
const MAX_LENGTH_MINUTES = 1440;
const MAX_COPIES = 1_000_000;

/**
 * A field in its three forms: as an administrator gives it, as it is stored, answered and published,
 * and as an event is read that may be older than the field.
 */
interface Field<Given extends z.ZodType, Stored extends z.ZodType, Received extends z.ZodType> {
  given: Given;
  stored: Stored;
  received: Received;
}

function text(maximum: number) {
  return { given: line(maximum), stored: z.string(), received: z.string() };
}

function whole(minimum: number, maximum: number) {
  return { given: z.int().min(minimum).max(maximum), stored: z.int(), received: z.int() };
}

/** May be left out, which is null. Whatever is added later must be of this kind. */
function nullable<Given extends z.ZodType, Stored extends z.ZodType>({
  given,
  stored,
}: Field<Given, Stored, z.ZodType>) {
  return {
    given: given.nullable().optional(),
    stored: stored.nullable(),
    received: stored.nullable().default(null),
  };
}

/** What `movies_cache` holds as well; its columns have the same names. */
const CACHED = {
  name: text(MAX_NAME),
  genre: text(MAX_NAME),
  length_minutes: whole(1, MAX_LENGTH_MINUTES),
};

/** What is never answered. */
const INTERNAL = { external_id: nullable(text(64)) };

/**
 * What an administrator says of a movie, each field once: the schemas of requests, answers and
 * events, the row's type and the statements that read and write it are made of this. A field more is
 * a line here and a column of the same name in `movie`.
 */
const FIELDS = {
  ...CACHED,
  /** null: as many as are asked for. */
  copies: nullable(whole(0, MAX_COPIES)),
  ...INTERNAL,
};
type Fields = typeof FIELDS;

function shape<Form extends keyof Field<z.ZodType, z.ZodType, z.ZodType>>(form: Form) {
  const entries = Object.entries(FIELDS).map(([name, field]) => [name, field[form]]);
  return Object.fromEntries(entries) as { [Name in keyof Fields]: Fields[Name][Form] };
}

const MovieFields = z.object(shape('stored'));
export type MovieFields = z.infer<typeof MovieFields>;

const namesOf = <Group extends object>(group: Group) =>
  Object.keys(group) as (keyof Group & string)[];

/** The columns of `movie` that an administrator writes. */
export const MOVIE_FIELDS: readonly (keyof MovieFields)[] = namesOf(FIELDS);

/** Those that `movies_cache` has too. */
export const CACHED_MOVIE_FIELDS: readonly (keyof typeof CACHED)[] = namesOf(CACHED);

/** Those that are answered. */
export const ANSWERED_MOVIE_FIELDS = MOVIE_FIELDS.filter(
  (name): name is Exclude<keyof MovieFields, keyof typeof INTERNAL> => !(name in INTERNAL),
);

/** The whole of a movie, as POST and PUT take it. */
export const NewMovie = z.strictObject(shape('given'));
export type NewMovie = z.infer<typeof NewMovie>;

/** A merge patch (RFC 7396): what is absent stays as it is, null resets. */
export const MoviePatch = NewMovie.partial();
export type MoviePatch = z.infer<typeof MoviePatch>;

export const Movie = z.object({
  id: Id,
  ...MovieFields.omit({ external_id: true }).shape,
  /** Copies that are free now; null if copies is null. */
  available: z.int().nullable(),
  created_at: Time,
  updated_at: Time,
});
export type Movie = z.infer<typeof Movie>;

/**
 * Every movie event is the whole movie with its version, a removal too: a consumer that slept
 * longer than a compacted topic keeps tombstones would miss one.
 */
const eventData = {
  id: Id,
  version: z.int().min(1),
  created_at: Time,
  updated_at: Time,
  removed_at: Time.nullable(),
};
export const MovieEventData = z.strictObject({ ...shape('stored'), ...eventData });
export type MovieEventData = z.infer<typeof MovieEventData>;

/** The same as a consumer reads it: what it does not know is left out, what is new may be absent. */
export const ReceivedMovieEventData: z.ZodType<MovieEventData> = z.object({
  ...shape('received'),
  ...eventData,
});

export const MOVIE_SORT_FIELDS = ['id', 'name', 'length_minutes', 'created_at'] as const;
export type MovieSortField = (typeof MOVIE_SORT_FIELDS)[number];

const Sort = z.enum([
  ...MOVIE_SORT_FIELDS,
  ...MOVIE_SORT_FIELDS.map((field) => `-${field}` as const),
]);

export const MovieQuery = z.strictObject({
  genre: line(MAX_NAME).optional(),
  min_length: integerText(1, MAX_LENGTH_MINUTES).optional(),
  max_length: integerText(1, MAX_LENGTH_MINUTES).optional(),
  available: z.enum(['true', 'false']).optional(),
  sort: Sort.default('id'),
  ...pageQuery,
});
export type MovieQuery = z.infer<typeof MovieQuery>;

export const Genre = z.object({ genre: z.string(), movies: z.int() });
export type Genre = z.infer<typeof Genre>;
