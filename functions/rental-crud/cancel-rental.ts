import { type Caller, Refusal, type Rental, type Trace } from '@movie-rental/contracts';
import type { Database, Transaction } from '@movie-rental/mysql';
import { endRentals, lockRental, type RentalRow, toRental } from '@movie-rental/rentals';
import { visibleTo } from './get-rental.ts';

export interface Cancellation {
  id: number;
  caller: Caller;
  trace: Trace;
}

/** @throws Refusal `rental_not_found`, or `rental_over` even if it was cancelled before. */
export async function cancelRental(database: Database, request: Cancellation): Promise<Rental> {
  return database.transaction(async (tx) => {
    const rental = visibleTo(request.caller, await lockRental(tx, request.id));
    return toRental(await cancel(tx, rental, request.trace), await tx.now());
  });
}

/**
 * Cancels a rental unless it is cancelled already, so that a repetition does no harm.
 * @throws Refusal `rental_not_found`, or `rental_over` if it expired.
 */
export async function deleteRental(database: Database, request: Cancellation): Promise<void> {
  await database.transaction(async (tx) => {
    const rental = visibleTo(request.caller, await lockRental(tx, request.id));
    if (rental.status !== 'CANCELLED') await cancel(tx, rental, request.trace);
  });
}

async function cancel(tx: Transaction, rental: RentalRow, trace: Trace): Promise<RentalRow> {
  const [cancelled] = await endRentals(tx, [rental], { type: 'cancel' }, trace);
  if (!cancelled) throw new Refusal('rental_over');
  return cancelled;
}
