import { ANSWERED_MOVIE_FIELDS, MoviePatch, MovieQuery, NewMovie } from '@movie-rental/contracts';
import { MERGE_PATCH, nextPageLink, pathId, route } from '@movie-rental/function-kit';
import type { Database } from '@movie-rental/mysql';
import { addMovie } from './add-movie.ts';
import { getMovie } from './get-movie.ts';
import { expectedVersions } from './if-match.ts';
import { listGenres } from './list-genres.ts';
import { listMovies } from './list-movies.ts';
import { filled, pick, type VersionedMovie } from './movie.ts';
import { removeMovie } from './remove-movie.ts';
import { updateMovie } from './update-movie.ts';

/** The catalogue is the same for everyone; who keeps a copy asks whether it still holds. */
const SHARED = { 'Cache-Control': 'public, max-age=0, must-revalidate' };
const SHARED_BY_TAG = { 'Cache-Control': 'public, no-cache' };

/** What anyone may ask of the catalogue, and an administrator may change. */
export function routes(database: Database) {
  return [
    route({
      method: 'GET',
      path: '/movies',
      who: 'anyone',
      query: MovieQuery,
      handle: async ({ query }) => {
        const page = await listMovies(database, query);
        const link = nextPageLink('/movies', query, page.next_cursor);
        return { status: 200, body: page, headers: { ...SHARED, ...link } };
      },
    }),
    route({
      method: 'GET',
      path: '/movies/:id',
      who: 'anyone',
      handle: async ({ params }) =>
        reply(200, await getMovie(database, movieId(params)), SHARED_BY_TAG),
    }),
    route({
      method: 'GET',
      path: '/genres',
      who: 'anyone',
      handle: async () => ({
        status: 200,
        body: { items: await listGenres(database) },
        headers: SHARED,
      }),
    }),
    route({
      method: 'POST',
      path: '/movies',
      who: 'administrator',
      body: NewMovie,
      handle: async ({ body, trace }) => {
        const added = await addMovie(database, body, trace);
        return reply(201, added, { Location: `/api/movies/${added.movie.id}` });
      },
    }),
    route({
      method: 'PUT',
      path: '/movies/:id',
      who: 'administrator',
      body: NewMovie,
      handle: async ({ body, params, headers, trace }) => {
        const id = movieId(params);
        const expected = expectedVersions(headers['if-match']);
        // An external id is never answered, so it must survive if someone puts back what they got.
        const changes = { ...pick(filled(body), ANSWERED_MOVIE_FIELDS), ...body };
        return reply(200, await updateMovie(database, { id, changes, expected, trace }));
      },
    }),
    route({
      method: 'PATCH',
      path: '/movies/:id',
      who: 'administrator',
      body: MoviePatch,
      bodyTypes: MERGE_PATCH,
      handle: async ({ body: changes, params, headers, trace }) => {
        const id = movieId(params);
        const expected = expectedVersions(headers['if-match']);
        return reply(200, await updateMovie(database, { id, changes, expected, trace }));
      },
    }),
    route({
      method: 'DELETE',
      path: '/movies/:id',
      who: 'administrator',
      handle: async ({ params, headers, trace }) => {
        const expected = expectedVersions(headers['if-match']);
        await removeMovie(database, { id: movieId(params), expected, trace });
        return { status: 204 };
      },
    }),
  ];
}

function movieId({ id }: Readonly<Record<string, string>>): number {
  return pathId(id, 'movie_not_found');
}

/** Availability changes without a new version, so the entity tag carries both. */
function reply(
  status: number,
  { movie, version }: VersionedMovie,
  headers: Readonly<Record<string, string>> = {},
) {
  return {
    status,
    body: movie,
    headers: { ...headers, ETag: `"${version}-${movie.available}"` },
  };
}
