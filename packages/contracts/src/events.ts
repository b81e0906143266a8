import { z } from 'zod';
import { Id, Time } from './fields.ts';
import { RentalStatus } from './rentals.ts';

export const MOVIE_EVENT_TYPES = ['movie.added', 'movie.updated', 'movie.removed'] as const;
export const MovieEventType = z.enum(MOVIE_EVENT_TYPES);
export type MovieEventType = z.infer<typeof MovieEventType>;

/**
 * Every movie event is the whole movie with its version, a removal too: a consumer that slept
 * longer than a compacted topic keeps tombstones would miss one.
 */
export const MovieEventData = z.object({
  id: Id,
  name: z.string(),
  genre: z.string(),
  length_minutes: z.int(),
  copies: z.int().nullable(),
  external_id: z.string().nullable(),
  version: z.int().min(1),
  created_at: Time,
  updated_at: Time,
  removed_at: Time.nullable(),
});
export type MovieEventData = z.infer<typeof MovieEventData>;

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

/** A rental as its event found it. It names the customer, never an e-mail address. */
export const RentalEventData = z.object({
  rental_id: Id,
  username: z.string(),
  movie: z.object({ id: Id, name: z.string() }),
  status: RentalStatus,
  created_at: Time,
  ends_at: Time,
  reason: CancellationReason.optional(),
});
export type RentalEventData = z.infer<typeof RentalEventData>;

/** CloudEvents 1.0 attributes, named as its Kafka binding names them; AMQP carries the same. */
export const EventHeaders = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.uuid(),
  ce_type: z.string(),
  ce_source: z.string(),
  ce_subject: z.string(),
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
