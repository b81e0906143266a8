import { loadConfig } from '@movie-rental/config';
import { COMMON_SETTINGS, kafkaBrokers } from '@movie-rental/connector-kit';
import { MOVIES_TOPIC } from '@movie-rental/messaging';
import { z } from 'zod';

const Config = z.object({
  ...COMMON_SETTINGS,
  KAFKA_BROKERS: kafkaBrokers,
  MOVIES_TOPIC: z.string().default(MOVIES_TOPIC),
  /** A group that is new begins at the beginning, which rebuilds the cache. */
  KAFKA_GROUP_ID: z.string().default('kafka-bridge'),
});
export type Config = z.infer<typeof Config>;

export const SECRETS = ['MYSQL_URL'] as const;

/** @throws ConfigError with every fault at once. */
export function readConfig(): Config {
  return loadConfig(Config, SECRETS);
}
