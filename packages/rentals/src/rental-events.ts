import type {
  CancellationReason,
  RentalEventData,
  RentalEventType,
  Trace,
} from '@movie-rental/contracts';
import { appendEvents, type Transaction } from '@movie-rental/mysql';
import type { RentalRow } from './rental-row.ts';

export interface RentalEvent {
  type: RentalEventType;
  /** As it is after the change, its row locked by this transaction. */
  rental: RentalRow;
  /** Of a cancellation. */
  reason?: CancellationReason;
}

/** Adds the events of a batch to the outbox, in the transaction of the changes that they tell of. */
export async function appendRentalEvents(
  tx: Transaction,
  events: readonly RentalEvent[],
  trace: Trace,
): Promise<void> {
  const changes = events.map((event) => ({
    type: event.type,
    aggregate: 'rental' as const,
    aggregateId: event.rental.id,
    data: dataOf(event),
  }));
  await appendEvents(tx, changes, trace);
}

function dataOf({ rental, reason }: RentalEvent): RentalEventData {
  return {
    rental_id: rental.id,
    username: rental.username,
    movie: { id: rental.movie_id, name: rental.movie_name },
    status: rental.status,
    created_at: rental.created_at.toISOString(),
    ends_at: rental.ends_at.toISOString(),
    ...(reason && { reason }),
  };
}
