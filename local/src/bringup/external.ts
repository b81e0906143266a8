import { z } from 'zod';
import { Gateways } from '../servers/nginx/gateways.ts';
import { TrustedProxies } from '../servers/nginx/trusted-proxies.ts';

const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());

/** How connectors reach a Kafka of the user's own; they check these themselves. */
const KAFKA_SETTINGS = [
  'KAFKA_TLS',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_USERNAME',
  'KAFKA_PASSWORD',
] as const;

const Externals = z.object({
  MYSQL_URL: optional(z.url({ protocol: /^mysql$/ })),
  KAFKA_BROKERS: optional(z.string()),
  RABBITMQ_URL: optional(z.url({ protocol: /^amqps?$/ })),
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/ })),
  /** Where local servers come from, when it is not the first source that has a fitting one. */
  SERVERS_FROM: optional(z.enum(['containers'])),
  /** What Nginx spreads its load over, instead of the local gateway alone. */
  GATEWAY_UPSTREAMS: optional(Gateways),
  /** Proxies in front of Nginx. */
  TRUSTED_PROXIES: optional(TrustedProxies),
});

/** Servers of the user's own that are used instead of local ones, and where local ones come from. */
export type Externals = z.infer<typeof Externals>;

/**
 * What connectors are told beside the brokers of a Kafka that is the user's own; nothing for a local one,
 * which these settings are not meant for.
 */
export function kafkaSettings(
  { KAFKA_BROKERS }: Externals,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  if (KAFKA_BROKERS === undefined) return {};
  return Object.fromEntries(
    KAFKA_SETTINGS.flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
}

/**
 * Reads which servers the environment names.
 *
 * @throws Error that names each variable whose value has no meaning
 */
export function readExternals(env: NodeJS.ProcessEnv): Externals {
  const result = Externals.safeParse(env);
  if (result.success) return result.data;
  throw new Error(`The environment is not right.\n${z.prettifyError(result.error)}`);
}
