import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { UnreadableEvent } from '@movie-rental/contracts';
import { readMessage } from './rental-event.ts';

const headers = {
  ce_specversion: '1.0',
  ce_id: randomUUID(),
  ce_type: 'rental.cancelled',
  ce_source: '/movie-rental',
  ce_subject: '7',
  ce_time: '2025-11-02T13:01:00.500Z',
  ce_publishedtime: '2025-11-02T13:01:01Z',
  'content-type': 'application/json',
  'x-request-id': 'r-1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
};
const data = {
  rental_id: 7,
  username: 'ann',
  movie: { id: 3, name: 'Heat' },
  status: 'CANCELLED',
  created_at: '2025-11-02T13:01:00Z',
  ends_at: '2025-11-04T13:01:00Z',
  reason: 'movie_removed',
};

const read = (changes: Record<string, string> = {}, body: string = JSON.stringify(data)) =>
  readMessage({ headers: { ...headers, ...changes }, body: Buffer.from(body) });

test('an event is read with its times and its trace', () => {
  expect(read()).toEqual({
    id: headers.ce_id,
    type: 'rental.cancelled',
    data,
    occurredAt: new Date('2025-11-02T13:01:00.500Z'),
    publishedAt: new Date('2025-11-02T13:01:01Z'),
    requestId: 'r-1',
    traceparent: headers.traceparent,
  });
});

test('a trace that no header could carry on is left out', () => {
  expect(read({ 'x-request-id': 'r\r\n1', traceparent: 'Ä' })).toMatchObject({
    requestId: undefined,
    traceparent: undefined,
  });
  expect(read({ 'x-request-id': 'r'.repeat(129) }).requestId).toBeUndefined();
});

describe('what is no rental event is unreadable:', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['an unknown type', { ce_type: 'movie.added' }, undefined],
    ['an id that is none', { ce_id: '1' }, undefined],
    ['no time', { ce_time: 'yesterday' }, undefined],
    ['no JSON', {}, '{'],
    ['other data', {}, '{"rental_id":7}'],
    ['an unknown reason', {}, JSON.stringify({ ...data, reason: 'why not' })],
  ])('%s', (_, changes, body) => {
    expect(() => read(changes, body)).toThrow(UnreadableEvent);
  });
});
