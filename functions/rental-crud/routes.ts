import type { IncomingHttpHeaders } from 'node:http';
import { Refusal, type Rental, RentalPatch, RentalQuery, RentBody } from '@movie-rental/contracts';
import { MERGE_PATCH, nextPageLink, pathId, type Reply, route } from '@movie-rental/function-kit';
import type { Database } from '@movie-rental/mysql';
import { cancelRental, deleteRental } from './cancel-rental.ts';
import { extendRental } from './extend-rental.ts';
import { getRental } from './get-rental.ts';
import { answerOnce } from './idempotency.ts';
import { listRentals } from './list-rentals.ts';
import { rentMovie } from './rent-movie.ts';

/** What a customer may ask and change of their own rentals, and an administrator of all. */
export function routes(database: Database) {
  return [
    route({
      method: 'GET',
      path: '/rentals',
      who: 'customer',
      query: RentalQuery,
      handle: async ({ query, caller }) => {
        const page = await listRentals(database, query, caller);
        const headers = nextPageLink('/rentals', query, page.next_cursor);
        return { status: 200, body: page, headers };
      },
    }),
    route({
      method: 'GET',
      path: '/rentals/:id',
      who: 'customer',
      handle: async ({ params, caller }) => ({
        status: 200,
        body: await getRental(database, rentalId(params), caller),
      }),
    }),
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
      bodyTypes: MERGE_PATCH,
      handle: async ({ body, params, caller, trace }) => {
        const id = rentalId(params);
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
        await deleteRental(database, { id: rentalId(params), caller, trace });
        return { status: 204 };
      },
    }),
  ];
}

function rentalId({ id }: Readonly<Record<string, string>>): number {
  return pathId(id, 'rental_not_found');
}

/** Printable ASCII, as a structured header's string may hold. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws Refusal `validation_failed` for a header that is not 1 to 255 printable characters. */
function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  const errors = [{ path: 'Idempotency-Key', message: 'must be 1 to 255 printable characters' }];
  throw new Refusal('validation_failed', { errors });
}

function rented(rental: Rental): Reply {
  return { status: 201, body: rental, headers: { Location: `/api/rentals/${rental.id}` } };
}
