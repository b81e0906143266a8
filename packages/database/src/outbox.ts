import { randomUUID } from 'node:crypto';
import type {
  MovieEventData,
  MovieEventType,
  RentalEventData,
  RentalEventType,
  Trace,
} from '@movie-rental/contracts';
import type { Transaction } from './database.ts';

/** An event as its producer knows it; the relay adds what only publishing can tell. */
export type NewEvent =
  | { type: MovieEventType; aggregate: 'movie'; aggregateId: number; data: MovieEventData }
  | { type: RentalEventType; aggregate: 'rental'; aggregateId: number; data: RentalEventData };

/**
 * Adds an event to the outbox, in the transaction of the change that it tells of. The aggregate's
 * own row must be locked by then: only so is the outbox's order the order of commits.
 *
 * @returns the event's id, which is also the id of the mail that it may lead to.
 */
export async function appendEvent(tx: Transaction, event: NewEvent, trace: Trace): Promise<string> {
  const id = randomUUID();
  const headers = { 'x-request-id': trace.requestId, traceparent: trace.traceparent };
  await tx.run(
    `INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [
      id,
      event.aggregate,
      String(event.aggregateId),
      event.type,
      JSON.stringify(event.data),
      JSON.stringify(headers),
    ],
  );
  return id;
}
