import { COMMON_SETTINGS } from '@movie-rental/connector-kit';
import {
  KAFKA_SECRETS,
  KAFKA_SETTINGS,
  MOVIES_TOPIC,
  withCredentials,
} from '@movie-rental/connector-kit/messaging';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { AGGREGATES, type Aggregate } from './outbox-sql.ts';

const isAggregate = (name: string): name is Aggregate => AGGREGATES.some((one) => one === name);

/** Names with commas between; becomes a list of those that are there. */
const aggregates = z.string().transform((text, { addIssue }) => {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const known = names.filter(isAggregate);
  if (known.length < names.length) addIssue(`must be of ${AGGREGATES.join(', ')}`);
  return known;
});

export const Config = withCredentials(
  z.object({
    ...COMMON_SETTINGS,
    ...KAFKA_SETTINGS,
    RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }),
    MOVIES_TOPIC: z.string().default(MOVIES_TOPIC),
    /** Whose events are relayed; those of the others are left in the outbox, for someone else. */
    AGGREGATES: aggregates.default([...AGGREGATES]),
  }),
);
export type Config = z.infer<typeof Config>;

export const SECRETS = ['MYSQL_URL', 'RABBITMQ_URL', ...KAFKA_SECRETS] as const;

/** @throws ConfigError with every fault at once. */
export function readConfig(): Config {
  return loadConfig(Config, SECRETS);
}
