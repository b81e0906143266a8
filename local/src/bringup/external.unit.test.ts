import { expect, test } from '@jest/globals';
import { connectorSettings, readExternals } from './external.ts';

test('the user’s own Kafka takes its settings along, a local one does not', () => {
  const env = { KAFKA_TLS: 'true', KAFKA_PASSWORD: 'x', KAFKA_USERNAME: '', KAFKA_HOME: '/opt' };
  const own = readExternals({ ...env, KAFKA_BROKERS: 'kafka.example.com:9093' });
  expect(connectorSettings(own, env)).toEqual({ KAFKA_TLS: 'true', KAFKA_PASSWORD: 'x' });
  expect(connectorSettings(readExternals(env), env)).toEqual({});
});

test('connectors are told the topic of movies, whichever Kafka it is on', () => {
  const env = { MOVIES_TOPIC: 'movies-of-mine', KAFKA_TLS: 'true' };
  expect(connectorSettings({}, env)).toEqual({ MOVIES_TOPIC: 'movies-of-mine' });
  expect(connectorSettings({ KAFKA_BROKERS: 'k:9092' }, env)).toEqual(env);
  expect(connectorSettings({}, { MOVIES_TOPIC: '' })).toEqual({});
});

test('every variable without a meaning is named, and no value is shown', () => {
  const env = { MYSQL_URL: 'http://hunter2@x', SMTP_URL: 'hunter3', GATEWAY_UPSTREAMS: 'a;b' };
  const read = () => readExternals(env);
  expect(read).toThrow(/MYSQL_URL[\s\S]*SMTP_URL[\s\S]*GATEWAY_UPSTREAMS/);
  expect(read).not.toThrow(/hunter/);
});

test('empty is the same as not set', () => {
  expect(readExternals({ MYSQL_URL: '', SMTP_URL: '', TRUSTED_PROXIES: '' })).toEqual({});
});
