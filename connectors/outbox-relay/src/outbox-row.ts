import type { OutgoingEvent } from '@movie-rental/connector-kit/messaging';
import { EventHeaders } from '@movie-rental/contracts';
import { z } from 'zod';

/** A row of the outbox. */
export interface OutboxRow {
  seq: number;
  id: string;
  aggregateid: string;
  type: string;
  /** JSON text, as it was written. */
  payload: string;
  /** As the producer wrote them; not checked. */
  headers: unknown;
  created_at: Date;
}

const SOURCE = '/movie-rental';

/**
 * The CloudEvents headers of a row, published at a moment. Its consumer continues `traceparent`.
 * @throws ZodError if the row is not one that this system's producers write.
 */
export function toEvent(
  row: OutboxRow,
  publishedAt: Date,
  traceparent: string | undefined,
): OutgoingEvent {
  const headers = rawHeaders(row, publishedAt);
  const continued = traceparent === undefined ? headers : { ...headers, traceparent };
  return { headers: EventHeaders.parse(continued), body: row.payload };
}

/** The same headers with the trace that the row came with, not checked: what a dead letter keeps. */
export function rawHeaders(row: OutboxRow, publishedAt: Date): Record<string, unknown> {
  return {
    ...(row.headers as object),
    ce_specversion: '1.0',
    ce_id: row.id,
    ce_type: row.type,
    ce_source: SOURCE,
    ce_subject: row.aggregateid,
    ce_time: row.created_at.toISOString(),
    ce_publishedtime: publishedAt.toISOString(),
    'content-type': 'application/json',
  };
}

const Traceable = z.object({ traceparent: z.string() });

/** What the change that the row tells of was part of; undefined where that is not known. */
export function traceparentOf({ headers }: OutboxRow): string | undefined {
  return Traceable.safeParse(headers).data?.traceparent;
}
