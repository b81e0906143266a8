import { COMMON_SETTINGS } from '@movie-rental/connector-kit';
import {
  KAFKA_SECRETS,
  KAFKA_SETTINGS,
  MOVIES_TOPIC,
  withCredentials,
} from '@movie-rental/connector-kit/messaging';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';

const DEFAULT_GROUP = 'kafka-bridge';

export const Config = withCredentials(
  z.object({
    ...COMMON_SETTINGS,
    ...KAFKA_SETTINGS,
    MOVIES_TOPIC: z.string().default(MOVIES_TOPIC),
    /** A group that is new begins at the beginning, which rebuilds the cache. */
    KAFKA_GROUP_ID: z.string().default(DEFAULT_GROUP),
  }),
);
export type Config = z.infer<typeof Config>;

export const SECRETS = ['MYSQL_URL', ...KAFKA_SECRETS] as const;

/** @throws ConfigError with every fault at once. */
export function readConfig(): Config {
  const config = loadConfig(Config, SECRETS);
  const { MOVIES_TOPIC: topic, KAFKA_GROUP_ID: group } = config;
  // Two shops may share one Kafka, each with its topic: their groups must not be one.
  const isShared = topic !== MOVIES_TOPIC && group === DEFAULT_GROUP;
  return isShared ? { ...config, KAFKA_GROUP_ID: `${group}-${topic}` } : config;
}
