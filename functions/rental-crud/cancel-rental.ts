import type { Rental, Trace } from '@movie-rental/contracts';
import type { Caller } from '@movie-rental/function-kit';
import type { Database, Transaction } from '@movie-rental/mysql';
import { endRentals, lockRental, type RentalRow } from '@movie-rental/rentals';
import { visibleTo } from './access.ts';
import { refusal } from './refusal.ts';
import { toRental } from './to-rental.ts';

export interface Cancellation {
  id: number;
  caller: Caller;
  trace: Trace;
}

/** @throws HttpError 404, or 409 `rental_over`, also where it was cancelled before. */
export async function cancelRental(database: Database, request: Cancellation): Promise<Rental> {
  return database.transaction(async (tx) => {
    const rental = visibleTo(request.caller, await lockRental(tx, request.id));
    return toRental(await cancel(tx, rental, request.trace), await tx.now());
  });
}

/**
 * Cancels a rental unless it is cancelled already, so that a repetition does no harm.
 * @throws HttpError 404, or 409 `rental_over` where it expired.
 */
export async function deleteRental(database: Database, request: Cancellation): Promise<void> {
  await database.transaction(async (tx) => {
    const rental = visibleTo(request.caller, await lockRental(tx, request.id));
    if (rental.status !== 'CANCELLED') await cancel(tx, rental, request.trace);
  });
}

async function cancel(tx: Transaction, rental: RentalRow, trace: Trace): Promise<RentalRow> {
  const [cancelled] = await endRentals(tx, [rental], { type: 'cancel' }, trace);
  if (!cancelled) throw refusal('rental_over');
  return cancelled;
}
