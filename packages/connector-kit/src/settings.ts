import { z } from 'zod';

/** What every connector is configured by. */
export const COMMON_SETTINGS = {
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Where health, readiness and metrics are served; without it they are not. */
  HEALTH_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  /** Every interface unless one is named: probes and scrapers come from outside the container. */
  HEALTH_HOST: z.string().optional(),
  /** Where spans go, by OTLP over HTTP; without it nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
};

export type CommonConfig = z.infer<z.ZodObject<typeof COMMON_SETTINGS>>;
