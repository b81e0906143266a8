import { type Caller, Refusal, type Rental, type Trace } from '@movie-rental/contracts';
import type { Database, Transaction } from '@movie-rental/mysql';
import {
  appendRentalEvents,
  decide,
  lockRentableMovie,
  lockRental,
  type RentalRow,
  stateOf,
  toRental,
} from '@movie-rental/rentals';
import { visibleTo } from './get-rental.ts';

export interface Extension {
  id: number;
  hours: number;
  caller: Caller;
  trace: Trace;
}

/**
 * Lets a rental last longer, once. It locks the movie before the rental, as renting does: whether
 * the copy is free again is then decided by one of them after the other.
 *
 * @throws Refusal `rental_not_found`, `rental_over`, `already_extended` or `movie_removed`.
 */
export async function extendRental(database: Database, request: Extension): Promise<Rental> {
  return database.transaction(async (tx) => {
    const { movie_id } = visibleTo(request.caller, await findRental(tx, request.id));
    const movie = await lockRentableMovie(tx, movie_id);
    const rental = visibleTo(request.caller, await lockRental(tx, request.id));
    const now = await tx.now();
    const decision = decide({ type: 'extend', hours: request.hours }, stateOf(rental), now);
    if (decision.type === 'refused') throw new Refusal(decision.code);
    if (!movie) throw new Refusal('movie_removed');
    const extended = { ...rental, extended_until: decision.until, ends_at: decision.until };
    await tx.run('UPDATE rental SET extended_until = ? WHERE id = ?', [decision.until, rental.id]);
    await appendRentalEvents(tx, [{ type: 'rental.extended', rental: extended }], request.trace);
    return toRental(extended, now);
  });
}

async function findRental(tx: Transaction, id: number) {
  return tx.first<Pick<RentalRow, 'username' | 'movie_id'>>(
    'SELECT username, movie_id FROM rental WHERE id = ?',
    [id],
  );
}
