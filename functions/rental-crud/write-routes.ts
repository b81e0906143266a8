import { type Rental, RentalPatch, RentBody } from '@movie-rental/contracts';
import { pathId, type Reply, type Route, route } from '@movie-rental/function-kit';
import type { Database } from '@movie-rental/mysql';
import { noSuchRental } from './access.ts';
import { cancelRental, deleteRental } from './cancel-rental.ts';
import { extendRental } from './extend-rental.ts';
import { answerOnce, idempotencyKey } from './idempotency.ts';
import { rentMovie } from './rent-movie.ts';

const PATCH_TYPES = ['application/merge-patch+json', 'application/json'];

/** How a customer changes their own rentals, and an administrator any. */
export function writeRoutes(database: Database): Route[] {
  return [
    route({
      method: 'POST',
      path: '/rentals',
      who: 'customer',
      body: RentBody,
      handle: async ({ body, headers, caller, trace }) => {
        const { username } = caller;
        const key = idempotencyKey(headers);
        return database.transaction((tx) => {
          const rent = async () =>
            rented(await rentMovie(tx, { username, movieId: body.movie_id, trace }));
          return key === undefined
            ? rent()
            : answerOnce(tx, { username, route: 'POST /rentals', key, body }, rent);
        });
      },
    }),
    route({
      method: 'PATCH',
      path: '/rentals/:id',
      who: 'customer',
      body: RentalPatch,
      bodyTypes: PATCH_TYPES,
      handle: async ({ body, params, caller, trace }) => {
        const id = pathId(params.id, noSuchRental);
        const rental =
          'extend_hours' in body
            ? await extendRental(database, { id, hours: body.extend_hours, caller, trace })
            : await cancelRental(database, { id, caller, trace });
        return { status: 200, body: rental };
      },
    }),
    route({
      method: 'DELETE',
      path: '/rentals/:id',
      who: 'customer',
      handle: async ({ params, caller, trace }) => {
        await deleteRental(database, { id: pathId(params.id, noSuchRental), caller, trace });
        return { status: 204 };
      },
    }),
  ];
}

function rented(rental: Rental): Reply {
  return { status: 201, body: rental, headers: { Location: `/api/rentals/${rental.id}` } };
}
