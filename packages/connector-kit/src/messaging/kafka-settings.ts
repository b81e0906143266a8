import { z } from 'zod';
import type { KafkaAccess } from './kafka-client.ts';

const BROKER = /^[^\s:,]+:\d{1,5}$/;

/** `host:port` with commas between; becomes a list. */
const brokers = z
  .string()
  .transform((text) => text.split(',').map((broker) => broker.trim()))
  .refine((list) => list.every((broker) => BROKER.test(broker)), 'must be host:port,host:port');

/** zod's own stringbool would keep what is wrong with the credentials from being told beside it. */
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** What everyone who talks to Kafka is configured by; their schemas go through `withCredentials`. */
export const KAFKA_SETTINGS = {
  KAFKA_BROKERS: brokers,
  /** Encrypts, and verifies the brokers' certificates. `NODE_EXTRA_CA_CERTS` names further authorities. */
  KAFKA_TLS: flag,
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
};
export type KafkaSettings = z.infer<z.ZodObject<typeof KAFKA_SETTINGS>>;

export const KAFKA_SECRETS = ['KAFKA_PASSWORD'] as const;

const CREDENTIALS = ['KAFKA_SASL_MECHANISM', 'KAFKA_USERNAME', 'KAFKA_PASSWORD'] as const;

/**
 * The schema with one more rule: of the mechanism, the name and the password all are set or none.
 * What is missing is a fault of its own, found whatever else is wrong.
 */
export function withCredentials<Schema extends z.ZodObject>(schema: Schema): Schema {
  const isSet = (settings: unknown, name: string) =>
    (settings as Record<string, unknown>)[name] !== undefined;
  return CREDENTIALS.reduce(
    (checked, name) =>
      checked.refine(
        (settings) => isSet(settings, name) || !CREDENTIALS.some((other) => isSet(settings, other)),
        { path: [name], error: 'goes with the other credentials', when: () => true },
      ),
    schema,
  );
}

/** How a client gets to the brokers, by these settings. */
export function kafkaAccess(settings: KafkaSettings): KafkaAccess {
  const { KAFKA_SASL_MECHANISM: mechanism } = settings;
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = settings;
  const hasCredentials =
    mechanism !== undefined && username !== undefined && password !== undefined;
  return {
    brokers: settings.KAFKA_BROKERS,
    tls: settings.KAFKA_TLS,
    ...(hasCredentials && { sasl: { mechanism, username, password } }),
  };
}
