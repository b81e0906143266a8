import { RentalQuery } from '@movie-rental/contracts';
import { nextPageLink, pathId, type Route, route } from '@movie-rental/function-kit';
import type { Sql } from '@movie-rental/mysql';
import { noSuchRental } from './access.ts';
import { getRental } from './get-rental.ts';
import { listRentals } from './list-rentals.ts';

/** What a customer may ask of their own rentals, and an administrator of all. */
export function readRoutes(sql: Sql): Route[] {
  return [
    route({
      method: 'GET',
      path: '/rentals',
      who: 'customer',
      query: RentalQuery,
      handle: async ({ query, caller }) => {
        const page = await listRentals(sql, query, caller);
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
        body: await getRental(sql, pathId(params.id, noSuchRental), caller),
      }),
    }),
  ];
}
