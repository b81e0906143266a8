import { z } from 'zod';

/** What every connector is configured by. */
export const COMMON_SETTINGS = {
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

/** `host:port` with commas between; becomes a list. */
export const kafkaBrokers = z
  .string()
  .transform((text) => text.split(',').map((broker) => broker.trim()))
  .pipe(z.array(z.string().regex(/^[^\s:,]+:\d{1,5}$/, 'must be host:port,host:port')).min(1));
