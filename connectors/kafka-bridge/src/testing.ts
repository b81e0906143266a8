import { randomUUID } from 'node:crypto';
import type { OutgoingEvent } from '@movie-rental/connector-kit/messaging';
import type { MovieEventData, MovieEventType } from '@movie-rental/contracts';
import { movieEventData } from '@movie-rental/contracts/testing';

export const CREATED = '2030-01-01T00:00:00.000Z';

/** A movie whose name and length tell its version. */
export function movie(
  id: number,
  version: number,
  change: Partial<MovieEventData> = {},
): MovieEventData {
  return movieEventData({
    id,
    name: `Movie ${id} v${version}`,
    genre: 'Drama',
    length_minutes: 90 + (version % 60),
    version,
    created_at: CREATED,
    updated_at: CREATED,
    removed_at: null,
    ...change,
  });
}

/** The headers of an event about a movie. */
export function headersOf(type: string, id: number) {
  return {
    ce_specversion: '1.0' as const,
    ce_id: randomUUID(),
    ce_type: type,
    ce_source: '/test',
    ce_subject: String(id),
    ce_time: CREATED,
    'content-type': 'application/json' as const,
    'x-request-id': 'request-1',
  };
}

/** An event as the relay publishes it. */
export function event(type: MovieEventType, data: MovieEventData): OutgoingEvent {
  return { headers: headersOf(type, data.id), body: JSON.stringify(data) };
}

export function updated(id: number, version: number): OutgoingEvent {
  return event('movie.updated', movie(id, version));
}

export function removed(id: number, version: number): OutgoingEvent {
  return event('movie.removed', movie(id, version, { removed_at: CREATED }));
}
