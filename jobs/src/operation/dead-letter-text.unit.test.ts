import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '@movie-rental/mysql/dead-letters';
import { letterJson, letterTable, wholeLetter } from './dead-letter-text.ts';

const rental = {
  rental_id: 7,
  username: 'alice',
  movie: { id: 3, name: 'Heat' },
  status: 'CONFIRMED',
  created_at: '2026-01-02T13:01:00Z',
  ends_at: '2026-01-04T13:01:00Z',
};
const headers = {
  ce_specversion: '1.0',
  ce_id: '7d5f1e0a-0000-4000-8000-000000000001',
  ce_type: 'rental.confirmed',
  ce_source: '/movie-rental',
  ce_subject: '7',
  ce_time: '2026-01-02T13:01:00.500Z',
  'content-type': 'application/json',
};

function letter(change: Partial<DeadLetter> = {}): DeadLetter {
  const payload = change.payload ?? Buffer.from(JSON.stringify(rental));
  return {
    id: 12,
    created_at: new Date('2026-01-02T13:02:00Z'),
    source: 'rabbit-notifier',
    reason: 'send-email answered 422: no\u001b[2J',
    event_id: headers.ce_id,
    event_type: 'rental.confirmed',
    subject: '7',
    bytes: payload.length,
    headers,
    ...change,
    payload,
  };
}

describe('a table', () => {
  test('has a line for each, without control characters', () => {
    const lines = letterTable([letter(), letter({ id: 7, event_type: null })], 200).split('\n');
    expect(lines[0]).toMatch(/^ID {2}WHEN +SOURCE +EVENT +OF +REASON$/);
    expect(lines[1]).toBe(
      '12  2026-01-02T13:02:00.000Z  rabbit-notifier  rental.confirmed  7   send-email answered 422: no\\u001b[2J',
    );
    expect(lines[2]).toMatch(/^7 .* - +7 /);
  });

  test('is no wider than the terminal', () => {
    const [, line] = letterTable([letter()], 60).split('\n');
    expect(line).toHaveLength(60);
    expect(line).toMatch(/rental\.confi…$/);
  });
});

describe('a whole letter', () => {
  test('shows why it is one, its headers and its data', () => {
    const text = wholeLetter(letter());
    expect(text).toMatch(/^reason +send-email answered 422: no\\u001b\[2J$/m);
    expect(text).toMatch(/^redrive +possible$/m);
    expect(text).toMatch(/^ce_id +7d5f1e0a-/m);
    expect(text).toContain('  "username": "alice"');
  });

  test('says why it cannot be redriven', () => {
    expect(wholeLetter(letter({ headers: {} }))).toMatch(/^redrive +not possible: .*ce_id/m);
  });

  test.each([
    ['text that is no JSON', Buffer.from('{\u001b[2J'), '{\\u001b[2J'],
    ['bytes that are no text', Buffer.from([0xff, 0x00]), '2 bytes, base64:\n/wA='],
  ])('shows %s', (_, payload, shown) => {
    expect(wholeLetter(letter({ payload })).endsWith(`\n\n${shown}`)).toBe(true);
  });
});

test('as JSON it has its payload as text, or in base64', () => {
  expect(letterJson(letter())).toMatchObject({ id: 12, payload: JSON.stringify(rental), headers });
  expect(letterJson(letter({ payload: Buffer.from([0xff]) }))).toMatchObject({
    payload_base64: '/w==',
  });
});
