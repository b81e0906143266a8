import { expect, test } from '@jest/globals';
import { kafkaSettings, readExternals } from './external.ts';

test('a Kafka of one’s own takes its settings along, a local one does not', () => {
  const env = { KAFKA_TLS: 'true', KAFKA_PASSWORD: 'x', KAFKA_USERNAME: '', KAFKA_HOME: '/opt' };
  const own = readExternals({ ...env, KAFKA_BROKERS: 'kafka.example.com:9093' });
  expect(kafkaSettings(own, env)).toEqual({ KAFKA_TLS: 'true', KAFKA_PASSWORD: 'x' });
  expect(kafkaSettings(readExternals(env), env)).toEqual({});
});

test('every variable without a meaning is named, and no value shown', () => {
  const env = { MYSQL_URL: 'http://hunter2@x', SERVERS_FROM: 'hunter3', GATEWAY_UPSTREAMS: 'a;b' };
  const read = () => readExternals(env);
  expect(read).toThrow(/MYSQL_URL[\s\S]*SERVERS_FROM[\s\S]*GATEWAY_UPSTREAMS/);
  expect(read).not.toThrow(/hunter/);
});

test('empty is the same as not set', () => {
  expect(readExternals({ MYSQL_URL: '', SMTP_URL: '', TRUSTED_PROXIES: '' })).toEqual({});
});
