import { expect, test } from '@jest/globals';
import type { EventHeaders } from '@movie-rental/contracts';
import type { MessageProperties } from 'amqplib';
import { fromAmqp, fromKafka, toAmqp } from './broker-headers.ts';

const headers: EventHeaders = {
  ce_specversion: '1.0',
  ce_id: '7d5f1e0a-0000-4000-8000-000000000001',
  ce_type: 'rental.confirmed',
  ce_source: '/movie-rental',
  ce_subject: '7',
  ce_time: '2030-01-01T00:00:00.000Z',
  ce_publishedtime: '2030-01-01T00:00:01.000Z',
  'content-type': 'application/json',
  'x-request-id': 'request-1',
  traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
};

test('AMQP carries them, and the content type in its own property', () => {
  const properties = toAmqp(headers);
  expect(properties).toMatchObject({
    messageId: headers.ce_id,
    contentType: 'application/json',
    persistent: true,
  });
  expect(properties.headers).not.toHaveProperty('content-type');
  expect(fromAmqp(properties as unknown as MessageProperties)).toEqual(headers);
});

test("the broker's own notes, which are no text, are left out", () => {
  const properties = toAmqp(headers);
  const noted = {
    ...properties,
    headers: { ...properties.headers, 'x-death': [{ count: 1 }], 'x-failures': 2 },
  };
  expect(fromAmqp(noted as unknown as MessageProperties)).toEqual(headers);
});

test('Kafka carries them as bytes', () => {
  const bytes = Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value))]);
  expect(fromKafka(Object.fromEntries(bytes))).toEqual(headers);
  expect(fromKafka(undefined)).toEqual({});
});
