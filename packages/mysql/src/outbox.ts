import { randomUUID } from 'node:crypto';
import {
  EVENT_SCHEMAS,
  MovieEventData,
  type MovieEventType,
  RentalEventData,
  type RentalEventType,
  type Trace,
} from '@movie-rental/contracts';
import type { Transaction } from './database.ts';

/** An event as its producer knows it; the relay adds what only publishing can tell. */
export type NewEvent =
  | { type: MovieEventType; aggregate: 'movie'; aggregateId: number; data: MovieEventData }
  | { type: RentalEventType; aggregate: 'rental'; aggregateId: number; data: RentalEventData };

const DATA = { movie: MovieEventData, rental: RentalEventData };

/**
 * Adds events to the outbox by one statement, in the order given and in the transaction of the
 * changes that they tell of. Each aggregate's own row must be locked by then: only so is the
 * outbox's order the order of commits. An event's id is also the id of the mail that it may lead to.
 */
export async function appendEvents(
  tx: Transaction,
  events: readonly NewEvent[],
  trace: Trace,
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ type, aggregate, aggregateId, data }) => [
    randomUUID(),
    aggregate,
    String(aggregateId),
    type,
    JSON.stringify(DATA[aggregate].parse(data)),
    headersOf(trace, EVENT_SCHEMAS[aggregate]),
  ]);
  await tx.run(
    'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES ?',
    [rows],
  );
}

/** An event that has been in the outbox before. */
export interface FormerEvent {
  id: string;
  type: MovieEventType | RentalEventType;
  aggregate: NewEvent['aggregate'];
  aggregateId: number;
  /** JSON text. */
  data: string;
  /** Its `ce_dataschema`, if it has one. */
  schema: string | undefined;
  /** When the change was committed. */
  occurredAt: Date;
}

/** Puts an event into the outbox again, to be published as what it was: with its own id and time. */
export async function restoreEvent(
  tx: Transaction,
  event: FormerEvent,
  trace: Trace,
): Promise<void> {
  const { id, aggregate, aggregateId, type, data, schema, occurredAt } = event;
  await tx.run(
    `INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [id, aggregate, String(aggregateId), type, data, headersOf(trace, schema), occurredAt],
  );
}

/** The headers that only the producer knows; the relay adds the others. */
function headersOf({ requestId, traceparent }: Trace, schema: string | undefined): string {
  return JSON.stringify({ 'x-request-id': requestId, traceparent, ce_dataschema: schema });
}
