import { type Caller, notFound } from '@movie-rental/function-kit';
import type { RentalRow } from '@movie-rental/rentals';

export function noSuchRental() {
  return notFound('There is no such rental');
}

/**
 * A rental that the caller may see and change: its customer's own, and an administrator's.
 * @throws HttpError 404 where there is none; somebody else's looks the same.
 */
export function visibleTo<Row extends Pick<RentalRow, 'username'>>(
  caller: Caller,
  rental: Row | undefined,
): Row {
  if (!rental) throw noSuchRental();
  if (caller.role !== 'admin' && rental.username !== caller.username) throw noSuchRental();
  return rental;
}
