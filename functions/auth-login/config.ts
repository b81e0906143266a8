import { limitSetting } from '@movie-rental/function-kit/throttle';
import { passwordConfig } from '@movie-rental/identity/passwords';
import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';

const Config = z.object({
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  /** PKCS #8 in PEM, an EC key on P-256. */
  JWT_PRIVATE_KEY: z.string(),
  /** A JSON Web Key Set; the private key's public half must be in it. */
  JWT_PUBLIC_KEYS: z.string(),
  ...passwordConfig,
  /** Failed logins in 15 minutes. */
  LOGIN_FAILURES_PER_ACCOUNT: limitSetting(10),
  LOGIN_FAILURES_PER_ADDRESS: limitSetting(100),
});

/** @throws ConfigError with every fault at once. */
export function readConfig(): z.infer<typeof Config> {
  return loadConfig(Config, ['MYSQL_URL', 'JWT_PRIVATE_KEY', 'JWT_PUBLIC_KEYS']);
}
