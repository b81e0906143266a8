import { z } from 'zod';
import { Id, Time } from './fields.ts';
import { RentalStatus } from './rentals.ts';

export const MOVIE_EVENT_TYPES = ['movie.added', 'movie.updated', 'movie.removed'] as const;
export const MovieEventType = z.enum(MOVIE_EVENT_TYPES);
export type MovieEventType = z.infer<typeof MovieEventType>;

export const RENTAL_EVENT_TYPES = [
  'rental.confirmed',
  'rental.cancelled',
  'rental.extended',
  'rental.expiring',
  'rental.expired',
] as const;
export const RentalEventType = z.enum(RENTAL_EVENT_TYPES);
export type RentalEventType = z.infer<typeof RentalEventType>;

/** Why a rental was cancelled; the customer is told. */
export const CancellationReason = z.enum(['requested', 'movie_removed']);
export type CancellationReason = z.infer<typeof CancellationReason>;

const rentalEventData = {
  rental_id: Id,
  username: z.string(),
  movie: z.object({ id: Id, name: z.string() }),
  status: RentalStatus,
  created_at: Time,
  ends_at: Time,
  reason: CancellationReason.optional(),
};

/** A rental as its event found it. It names the customer, never an e-mail address. */
export const RentalEventData = z.strictObject(rentalEventData);
export type RentalEventData = z.infer<typeof RentalEventData>;

/** The same as a consumer reads it: what it does not know is left out. What is added is optional. */
export const ReceivedRentalEventData = z.object(rentalEventData);

/**
 * Which schema the data of an event has: a URI that ends in its version. A field more is no new
 * version, since consumers ignore what they do not know; a change that they would misread is one.
 */
export const EVENT_SCHEMAS = {
  movie: 'urn:movie-rental:movie:1',
  rental: 'urn:movie-rental:rental:1',
} as const;

/** CloudEvents 1.0 attributes, named as its Kafka binding names them; AMQP carries the same. */
export const EventHeaders = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.uuid(),
  ce_type: z.string(),
  ce_source: z.string(),
  ce_subject: z.string(),
  /** One of {@link EVENT_SCHEMAS}; absent from events that are older than the attribute. */
  ce_dataschema: z.string().optional(),
  /** When the change was committed. */
  ce_time: Time,
  /** When the relay published it. */
  ce_publishedtime: Time.optional(),
  'content-type': z.literal('application/json'),
  'x-request-id': z.string().optional(),
  traceparent: z.string().optional(),
});
export type EventHeaders = z.infer<typeof EventHeaders>;

/** What an event carries along from the request that caused it. */
export interface Trace {
  requestId?: string | undefined;
  traceparent?: string | undefined;
}
