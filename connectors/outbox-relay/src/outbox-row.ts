import { EventHeaders } from '@movie-rental/contracts';
import type { OutgoingEvent } from '@movie-rental/messaging';

/** A row of the outbox, JSON columns as text. */
export interface OutboxRow {
  seq: number;
  id: string;
  aggregateid: string;
  type: string;
  payload: string;
  headers: string;
  created_at: Date;
}

const SOURCE = '/movie-rental';

/**
 * The CloudEvents headers of a row, published at a moment.
 * @throws ZodError where the row is not one that this system's producers write.
 */
export function toEvent(row: OutboxRow, publishedAt: Date): OutgoingEvent {
  return { headers: EventHeaders.parse(rawHeaders(row, publishedAt)), body: row.payload };
}

/** The same headers, not checked: what a dead letter keeps. */
export function rawHeaders(row: OutboxRow, publishedAt: Date): Record<string, unknown> {
  return {
    ...JSON.parse(row.headers),
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
