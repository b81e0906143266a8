import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';

const Config = z.object({ MYSQL_URL: z.url({ protocol: /^mysql$/ }) });

/** @throws ConfigError with every fault at once. */
export function readConfig(): z.infer<typeof Config> {
  return loadConfig(Config, ['MYSQL_URL']);
}
