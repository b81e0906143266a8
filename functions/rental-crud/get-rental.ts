import { type Caller, Refusal, type Rental } from '@movie-rental/contracts';
import type { Sql } from '@movie-rental/mysql';
import { RENTAL_COLUMNS, RENTAL_MOVIE, type RentalRow, toRental } from '@movie-rental/rentals';

/** A rental with MySQL's clock at the moment of reading. */
export type ReadRental = RentalRow & { read_at: Date };

/** Reads the rentals that a table expression gives. */
export function readRentals(rentals: string): string {
  return `SELECT ${RENTAL_COLUMNS}, NOW() AS read_at FROM ${rentals} r ${RENTAL_MOVIE}`;
}

/** @throws Refusal `rental_not_found` */
export async function getRental(sql: Sql, id: number, caller: Caller): Promise<Rental> {
  const found = await sql.first<ReadRental>(`${readRentals('rental')} WHERE r.id = ?`, [id]);
  const rental = visibleTo(caller, found);
  return toRental(rental, rental.read_at);
}

/**
 * A rental that the caller may see and change: one of their own, or any for an administrator.
 * @throws Refusal `rental_not_found`, also for one of someone else.
 */
export function visibleTo<Row extends Pick<RentalRow, 'username'>>(
  caller: Caller,
  rental: Row | undefined,
): Row {
  const isVisible = rental && (caller.role === 'admin' || rental.username === caller.username);
  if (!isVisible) throw new Refusal('rental_not_found');
  return rental;
}
