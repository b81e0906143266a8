import { COMMON_SETTINGS } from '@movie-rental/connector-kit';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';

export const Config = z.object({
  ...COMMON_SETTINGS,
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }),
  GATEWAY_URL: z.url({ protocol: /^https?$/ }),
  /** What send-email knows services by. */
  SERVICE_TOKEN: z.string().min(16),
});
export type Config = z.infer<typeof Config>;

export const SECRETS = ['MYSQL_URL', 'RABBITMQ_URL', 'SERVICE_TOKEN'] as const;

/** @throws ConfigError with every fault at once. */
export function readConfig(): Config {
  return loadConfig(Config, SECRETS);
}
