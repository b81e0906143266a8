import { z } from 'zod';
import { Gateways, TrustedProxies } from '../servers/nginx-settings.ts';

const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());

/** How connectors reach the user's own Kafka; they check these themselves. */
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
  /** What Nginx spreads its load over, instead of the local gateway alone. */
  GATEWAY_UPSTREAMS: optional(Gateways),
  /** Proxies in front of Nginx. */
  TRUSTED_PROXIES: optional(TrustedProxies),
});

/** The user's own servers, which are used instead of local ones, and what is around the system. */
export type Externals = z.infer<typeof Externals>;

/**
 * What connectors are told in addition to addresses: the topic of movies, and how to sign in to the user's
 * own Kafka. A local Kafka is not what the latter are meant for.
 */
export function connectorSettings(
  { KAFKA_BROKERS }: Externals,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const names = KAFKA_BROKERS === undefined ? [] : KAFKA_SETTINGS;
  return Object.fromEntries(
    ['MOVIES_TOPIC', ...names].flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
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
