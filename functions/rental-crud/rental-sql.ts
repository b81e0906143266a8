import { RENTAL_COLUMNS, RENTAL_MOVIE, type RentalRow } from '@movie-rental/rentals';

/** A rental with MySQL's clock at the moment of reading. */
export type ReadRental = RentalRow & { read_at: Date };

/** Reads the rentals that a table expression gives. */
export function readRentals(rentals: string): string {
  return `SELECT ${RENTAL_COLUMNS}, NOW() AS read_at FROM ${rentals} r ${RENTAL_MOVIE}`;
}
