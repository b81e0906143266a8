import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';

const Config = z.object({
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  /** Whoever sends mail shows it. */
  SERVICE_TOKEN: z.string().min(16),
  /** Absent: the mailbox is simulated, and the table `mail` is where to read it. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM_NAME: z.string().min(1).default('Movie Rental'),
  MAIL_FROM_ADDRESS: z.email().default('no-reply@movie-rental.example'),
});
export type Config = z.infer<typeof Config>;

/** @throws ConfigError with every fault at once. */
export function readConfig(): Config {
  return loadConfig(Config, ['MYSQL_URL', 'SERVICE_TOKEN', 'SMTP_URL']);
}
