import { COMMON_SETTINGS } from '@movie-rental/connector-kit';
import {
  KAFKA_SECRETS,
  KAFKA_SETTINGS,
  MOVIES_TOPIC,
  withCredentials,
} from '@movie-rental/connector-kit/messaging';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';

export const Config = withCredentials(
  z.object({
    ...COMMON_SETTINGS,
    ...KAFKA_SETTINGS,
    MOVIES_TOPIC: z.string().default(MOVIES_TOPIC),
    /** A group that is new begins at the beginning, which rebuilds the cache. */
    KAFKA_GROUP_ID: z.string().default('kafka-bridge'),
  }),
);
export type Config = z.infer<typeof Config>;

export const SECRETS = ['MYSQL_URL', ...KAFKA_SECRETS] as const;

/** @throws ConfigError with every fault at once. */
export function readConfig(): Config {
  return loadConfig(Config, SECRETS);
}
