import { loadConfig } from '@movie-rental/config';
import { passwordConfig } from '@movie-rental/passwords';
import { limitSetting } from '@movie-rental/throttle';
import { z } from 'zod';

const Config = z.object({
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  ...passwordConfig,
  /** Registrations in an hour. */
  REGISTRATIONS_PER_ADDRESS: limitSetting(100),
});

/** @throws ConfigError with every fault at once. */
export function readConfig(): z.infer<typeof Config> {
  return loadConfig(Config, ['MYSQL_URL']);
}
