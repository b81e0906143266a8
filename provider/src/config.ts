import { loadConfig } from '@movie-rental/runtime/config';
import { z } from 'zod';
import { parseEngineAddress } from './drivers/docker/engine.ts';

/** The default of Docker's own client. */
export const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';

const Common = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Where deployments, secrets and logs are kept. */
  STATE_DIR: z.string(),
  /** Whether users reach this provider only through OpenFaaS's gateway. */
  GATEWAY_IN_FRONT: z.stringbool().default(false),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  BASIC_AUTH_USER: z.string(),
  BASIC_AUTH_PASSWORD: z.string(),
});

const WithProcesses = Common.extend({
  DRIVER: z.literal('process', 'must be process or docker').default('process'),
  /** The manifest that `npm run build` wrote. */
  FUNCTIONS_MANIFEST: z.string(),
});

const WithContainers = Common.extend({
  DRIVER: z.literal('docker'),
  /** The network that replicas are on, and that this provider reaches them by. */
  DOCKER_NETWORK: z.string(),
  /** The Compose project that replicas belong to, so that it takes them down with it. */
  COMPOSE_PROJECT: z.string().optional(),
  /** Which service of that project this provider is. */
  COMPOSE_SERVICE: z.string().default('provider'),
  DOCKER_HOST: z.string().default(DEFAULT_DOCKER_HOST).transform(engineAddress),
});

export type ProcessConfig = z.infer<typeof WithProcesses>;
export type DockerConfig = z.infer<typeof WithContainers>;
export type Config = ProcessConfig | DockerConfig;

/**
 * Reads the provider's configuration, part of which depends on its driver; the credentials are
 * the files `basic-auth-user` and `basic-auth-password` in the folder that `secret_mount_path`
 * names.
 * @throws ConfigError listing every fault.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const credentials = ['BASIC_AUTH_USER', 'BASIC_AUTH_PASSWORD'] as const;
  if (env.DRIVER === 'docker') return loadConfig(WithContainers, credentials, env);
  return loadConfig(WithProcesses, credentials, env);
}

function engineAddress(text: string, context: z.RefinementCtx) {
  try {
    return parseEngineAddress(text);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
}
