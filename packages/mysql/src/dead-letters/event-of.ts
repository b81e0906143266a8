import {
  MovieEventType,
  readMovieEvent,
  readRentalEvent,
  type Trace,
} from '@movie-rental/contracts';
import type { FormerEvent } from '../index.ts';
import type { DeadLetter } from './read-dead-letters.ts';

/** The event of a dead letter, and what it carries along from the request that caused it. */
interface BuriedEvent {
  event: FormerEvent;
  trace: Trace;
}

/**
 * Reads the event in a dead letter, as its consumer would.
 * @throws UnreadableEvent if it is none.
 */
export function eventOf(letter: Pick<DeadLetter, 'headers' | 'payload'>): BuriedEvent {
  const { type, aggregate, aggregateId, headers } = read(letter);
  return {
    event: {
      id: headers.ce_id,
      type,
      aggregate,
      aggregateId,
      data: letter.payload.toString(),
      schema: headers.ce_dataschema,
      occurredAt: new Date(headers.ce_time),
    },
    trace: { requestId: headers['x-request-id'], traceparent: headers.traceparent },
  };
}

function read({ headers, payload }: Pick<DeadLetter, 'headers' | 'payload'>) {
  const raw = { headers, body: payload };
  if (MovieEventType.safeParse(headers.ce_type).success) {
    const event = readMovieEvent(raw);
    return { ...event, aggregate: 'movie' as const, aggregateId: event.data.id };
  }
  const event = readRentalEvent(raw);
  return { ...event, aggregate: 'rental' as const, aggregateId: event.data.rental_id };
}
