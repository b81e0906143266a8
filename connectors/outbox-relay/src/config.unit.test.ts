import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from './config.ts';

const environment = process.env;
beforeEach(() => {
  process.env = {
    MYSQL_URL: 'mysql://h/d',
    RABBITMQ_URL: 'amqp://h',
    KAFKA_BROKERS: 'a:9092, b:9093',
  };
});
afterEach(() => {
  process.env = environment;
});

describe('AGGREGATES', () => {
  test.each([
    [undefined, ['movie', 'rental']],
    ['', ['movie', 'rental']],
    ['rental', ['rental']],
    ['rental, movie,rental', ['rental', 'movie']],
  ])('%p relays %p', (value, relayed) => {
    if (value !== undefined) process.env.AGGREGATES = value;
    expect(readConfig().AGGREGATES).toEqual(relayed);
  });

  test.each(['films', 'movie,', 'movie;rental'])('%p is a fault', (value) => {
    process.env.AGGREGATES = value;
    expect(readConfig).toThrow(/^ {2}AGGREGATES: must be of movie, rental$/m);
  });
});

test('the brokers become a list', () => {
  expect(readConfig().KAFKA_BROKERS).toEqual(['a:9092', 'b:9093']);
});

test('what Kafka’s credentials lack is told with every other fault', () => {
  Object.assign(process.env, { KAFKA_BROKERS: 'a', KAFKA_TLS: 'perhaps', KAFKA_USERNAME: 'shop' });
  expect(readConfig).toThrow(
    /KAFKA_BROKERS: must be .*\n {2}KAFKA_TLS: .*\n {2}KAFKA_SASL_MECHANISM: is missing\n {2}KAFKA_PASSWORD \(or the secret kafka-password\): is missing$/,
  );
});

test.each(['collector', 'collector:4318', 'grpc://collector:4317'])(
  'spans cannot be sent to %p',
  (endpoint) => {
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
    expect(readConfig).toThrow(/^ {2}OTEL_EXPORTER_OTLP_ENDPOINT: /m);
  },
);
