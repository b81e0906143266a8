import { MovieQuery } from '@movie-rental/contracts';
import { nextPageLink, pathId, type Route, route } from '@movie-rental/function-kit';
import type { Sql } from '@movie-rental/mysql';
import { getMovie } from './get-movie.ts';
import { listGenres } from './list-genres.ts';
import { listMovies } from './list-movies.ts';
import { noSuchMovie } from './movie-sql.ts';

/** The catalogue is the same for everyone; who keeps a copy asks whether it still holds. */
const SHARED = { 'Cache-Control': 'public, max-age=0, must-revalidate' };
const SHARED_BY_TAG = { 'Cache-Control': 'public, no-cache' };

/** What anyone may ask of the catalogue. */
export function readRoutes(sql: Sql): Route[] {
  return [
    route({
      method: 'GET',
      path: '/movies',
      who: 'anyone',
      query: MovieQuery,
      handle: async ({ query }) => {
        const page = await listMovies(sql, query);
        const link = nextPageLink('/movies', query, page.next_cursor);
        return { status: 200, body: page, headers: { ...SHARED, ...link } };
      },
    }),
    route({
      method: 'GET',
      path: '/movies/:id',
      who: 'anyone',
      handle: async ({ params }) => {
        const { movie, etag } = await getMovie(sql, pathId(params.id, noSuchMovie));
        return { status: 200, body: movie, headers: { ...SHARED_BY_TAG, ETag: etag } };
      },
    }),
    route({
      method: 'GET',
      path: '/genres',
      who: 'anyone',
      handle: async () => ({
        status: 200,
        body: { items: await listGenres(sql) },
        headers: SHARED,
      }),
    }),
  ];
}
