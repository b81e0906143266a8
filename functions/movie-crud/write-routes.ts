import { MoviePatch, NewMovie } from '@movie-rental/contracts';
import { pathId, type Reply, type Route, route } from '@movie-rental/function-kit';
import type { Database } from '@movie-rental/mysql';
import { addMovie } from './add-movie.ts';
import type { TaggedMovie } from './movie.ts';
import { noSuchMovie } from './movie-sql.ts';
import { removeMovie } from './remove-movie.ts';
import { updateMovie } from './update-movie.ts';

const PATCH_TYPES = ['application/merge-patch+json', 'application/json'];

/** What an administrator may change. */
export function writeRoutes(database: Database): Route[] {
  return [
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
        const id = pathId(params.id, noSuchMovie);
        // An external id is never answered, so who puts back what they got must not lose it.
        const changes = { ...body, copies: body.copies ?? null };
        const ifMatch = headers['if-match'];
        return reply(200, await updateMovie(database, { id, changes, ifMatch, trace }));
      },
    }),
    route({
      method: 'PATCH',
      path: '/movies/:id',
      who: 'administrator',
      body: MoviePatch,
      bodyTypes: PATCH_TYPES,
      handle: async ({ body, params, headers, trace }) => {
        const id = pathId(params.id, noSuchMovie);
        const ifMatch = headers['if-match'];
        return reply(200, await updateMovie(database, { id, changes: body, ifMatch, trace }));
      },
    }),
    route({
      method: 'DELETE',
      path: '/movies/:id',
      who: 'administrator',
      handle: async ({ params, headers, trace }) => {
        const id = pathId(params.id, noSuchMovie);
        await removeMovie(database, { id, ifMatch: headers['if-match'], trace });
        return { status: 204 };
      },
    }),
  ];
}

function reply(
  status: number,
  { movie, etag }: TaggedMovie,
  headers: Record<string, string> = {},
): Reply {
  return { status, body: movie, headers: { ...headers, ETag: etag } };
}
