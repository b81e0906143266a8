import { type MovieEventData, ReceivedMovieEventData } from './movies.ts';

const requestId = 'b3c7a1d2-5f0e-4c59-8d7b-0f6f1c2a9e44';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** An event as a broker holds it. */
export interface PublishedEvent {
  headers: Record<string, string>;
  payload: string;
}

function published(type: string, subject: number, data: object): PublishedEvent {
  return {
    headers: {
      'x-request-id': requestId,
      traceparent,
      ce_specversion: '1.0',
      ce_id: '5f1f1e3c-9c1b-4c0a-8a2d-0e0c6f3f7b55',
      ce_type: type,
      ce_source: '/movie-rental',
      ce_subject: String(subject),
      ce_time: '2026-11-26T11:30:00.123Z',
      ce_publishedtime: '2026-11-26T11:30:00.140Z',
      'content-type': 'application/json',
    },
    payload: JSON.stringify(data),
  };
}

const movie = {
  id: 7,
  name: 'Alien',
  genre: 'Horror',
  length_minutes: 117,
  copies: 2,
  external_id: 'tt0078748',
  version: 1,
  created_at: '2026-11-26T11:00:00.000Z',
  updated_at: '2026-11-26T11:00:00.000Z',
  removed_at: null,
};
/** A movie's event data, with null for what the fixture is older than. */
export function movieEventData(change: Partial<MovieEventData> = {}): MovieEventData {
  return {
    ...ReceivedMovieEventData.parse({ ...movie, copies: null, external_id: null }),
    ...change,
  };
}

const changed = { ...movie, name: 'Aliens', version: 2, updated_at: '2026-11-26T11:30:00.000Z' };
const removed = { ...changed, version: 3, removed_at: '2026-11-26T11:30:00.000Z' };

const rental = {
  rental_id: 11,
  username: 'alice',
  movie: { id: 7, name: 'Alien' },
  status: 'CONFIRMED',
  created_at: '2026-11-26T11:30:00.000Z',
  ends_at: '2026-11-28T11:30:00.000Z',
};

/**
 * One event of each type as the first version of this system published it: brokers and dead letters
 * hold such events for as long as they like. Never change them; add what a later version publishes.
 */
export const FIRST_EVENTS = {
  movie: [
    published('movie.added', 7, movie),
    published('movie.updated', 7, changed),
    published('movie.removed', 7, removed),
  ],
  rental: [
    published('rental.confirmed', 11, rental),
    published('rental.cancelled', 11, { ...rental, status: 'CANCELLED', reason: 'requested' }),
    published('rental.extended', 11, { ...rental, ends_at: '2026-11-28T13:30:00.000Z' }),
    published('rental.expiring', 11, rental),
    published('rental.expired', 11, { ...rental, status: 'EXPIRED' }),
  ],
};
