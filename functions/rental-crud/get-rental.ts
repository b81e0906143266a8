import type { Rental } from '@movie-rental/contracts';
import type { Caller } from '@movie-rental/function-kit';
import type { Sql } from '@movie-rental/mysql';
import { visibleTo } from './access.ts';
import { type ReadRental, readRentals } from './rental-sql.ts';
import { toRental } from './to-rental.ts';

/** @throws HttpError 404 where there is no such rental for this caller. */
export async function getRental(sql: Sql, id: number, caller: Caller): Promise<Rental> {
  const found = await sql.first<ReadRental>(`${readRentals('rental')} WHERE r.id = ?`, [id]);
  const rental = visibleTo(caller, found);
  return toRental(rental, rental.read_at);
}
