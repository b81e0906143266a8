import { loadConfig } from '@movie-rental/config';
import { COMMON_SETTINGS, kafkaBrokers } from '@movie-rental/connector-kit';
import { MOVIES_TOPIC } from '@movie-rental/messaging';
import { z } from 'zod';

const Config = z.object({
  ...COMMON_SETTINGS,
  KAFKA_BROKERS: kafkaBrokers,
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }),
  MOVIES_TOPIC: z.string().default(MOVIES_TOPIC),
});
export type Config = z.infer<typeof Config>;

export const SECRETS = ['MYSQL_URL', 'RABBITMQ_URL'] as const;

/** @throws ConfigError with every fault at once. */
export function readConfig(): Config {
  return loadConfig(Config, SECRETS);
}
