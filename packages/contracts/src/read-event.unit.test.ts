import { describe, expect, test } from '@jest/globals';
import {
  EVENT_SCHEMAS,
  MOVIE_EVENT_TYPES,
  MovieEventData,
  RENTAL_EVENT_TYPES,
  readMovieEvent,
  readRentalEvent,
  UnreadableEvent,
} from './index.ts';
import { FIRST_EVENTS, type PublishedEvent } from './testing.ts';

const READERS = { movie: readMovieEvent, rental: readRentalEvent };
type Kind = keyof typeof READERS;

const read = (kind: Kind, { headers, payload }: PublishedEvent) =>
  READERS[kind]({ headers, body: Buffer.from(payload) });

const EVENTS = (['movie', 'rental'] as const).flatMap((kind) =>
  FIRST_EVENTS[kind].map((event) => [event.headers.ce_type, kind, event] as const),
);

test('an event of each type is kept', () => {
  const types = EVENTS.map(([type]) => type);
  expect(types).toEqual([...MOVIE_EVENT_TYPES, ...RENTAL_EVENT_TYPES]);
});

describe.each(EVENTS)('%s', (type, kind, event) => {
  const data = JSON.parse(event.payload);
  const withSchema = (schema: string) => ({
    ...event,
    headers: { ...event.headers, ce_dataschema: schema },
  });

  test('is read as it was first published, before events named their schema', () => {
    expect(read(kind, event)).toMatchObject({ type, headers: event.headers, data });
  });

  test('is read the same if it names its schema', () => {
    const named = withSchema(EVENT_SCHEMAS[kind]);
    expect(read(kind, named)).toMatchObject({ type, headers: named.headers, data });
  });

  test('of a schema that is not known is not misread', () => {
    const unknown = withSchema(`urn:movie-rental:${kind}:2`);
    expect(() => read(kind, unknown)).toThrow(UnreadableEvent);
  });

  test('may have headers and fields that are not known', () => {
    const headers = { ...event.headers, ce_mood: 'good' };
    const payload = JSON.stringify({ ...data, mood: 'good' });
    const later = read(kind, { headers, payload });
    expect(later.data).toMatchObject(data);
    expect(later.data).not.toHaveProperty('mood');
    expect(later.headers).not.toHaveProperty('ce_mood');
  });
});

test('a nullable field that an event is older than is null', () => {
  const [event] = FIRST_EVENTS.movie as [PublishedEvent];
  const { external_id: _, ...older } = JSON.parse(event.payload);
  const { data } = read('movie', { ...event, payload: JSON.stringify(older) });
  expect(data).toMatchObject({ ...older, external_id: null });
});

test('a producer writes nothing that the contract does not name', () => {
  const [event] = FIRST_EVENTS.movie as [PublishedEvent];
  const { data } = read('movie', event);
  expect(MovieEventData.safeParse(data).success).toBe(true);
  expect(MovieEventData.safeParse({ ...data, mood: 'good' }).success).toBe(false);
});
