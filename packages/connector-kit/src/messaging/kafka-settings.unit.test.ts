import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { KAFKA_SETTINGS, kafkaAccess, withCredentials } from './kafka-settings.ts';

const schema = withCredentials(z.object(KAFKA_SETTINGS));
const brokers = { KAFKA_BROKERS: 'kafka:9092' };
const credentials = {
  KAFKA_SASL_MECHANISM: 'scram-sha-512',
  KAFKA_USERNAME: 'shop',
  KAFKA_PASSWORD: 'secret',
};

const access = (settings: object) => kafkaAccess(schema.parse({ ...brokers, ...settings }));
const faults = (settings: object) =>
  schema.safeParse(settings).error?.issues.map(({ path }) => path.join('.'));

test('brokers are reached in the clear and without a name, unless told otherwise', () => {
  expect(access({})).toEqual({ brokers: ['kafka:9092'], tls: false });
  expect(access({ KAFKA_TLS: 'true' })).toEqual({ brokers: ['kafka:9092'], tls: true });
});

test.each(['plain', 'scram-sha-256', 'scram-sha-512'])('one may sign in by %s', (mechanism) => {
  expect(access({ ...credentials, KAFKA_SASL_MECHANISM: mechanism }).sasl).toEqual({
    mechanism,
    username: 'shop',
    password: 'secret',
  });
});

describe('credentials are faulty', () => {
  test.each(Object.keys(credentials))('without %s', (missing) => {
    expect(faults({ ...brokers, ...credentials, [missing]: undefined })).toEqual([missing]);
  });

  test('with a mechanism that is not known', () => {
    const settings = { ...brokers, ...credentials, KAFKA_SASL_MECHANISM: 'gssapi' };
    expect(faults(settings)).toEqual(['KAFKA_SASL_MECHANISM']);
  });

  test('which is told beside other faults', () => {
    expect(faults({ KAFKA_TLS: 'perhaps', KAFKA_PASSWORD: 'secret' })).toEqual([
      'KAFKA_BROKERS',
      'KAFKA_TLS',
      'KAFKA_SASL_MECHANISM',
      'KAFKA_USERNAME',
    ]);
  });
});
