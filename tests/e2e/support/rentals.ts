import { type Movie, Rental } from '@movie-rental/contracts';
import { send } from './http.ts';
import type { Person } from './people.ts';

/** Rents a movie, which has to succeed. */
export async function rent(customer: Person, { id }: Movie): Promise<Rental> {
  const body = { movie_id: id };
  const reply = await send('POST', '/api/rentals', { body, token: customer.token });
  return Rental.strict().parse(reply.body);
}
