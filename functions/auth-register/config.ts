import { limitSetting } from '@movie-rental/function-kit/throttle';
import { passwordConfig } from '@movie-rental/identity/passwords';
import { loadConfig } from '@movie-rental/runtime/config';
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
