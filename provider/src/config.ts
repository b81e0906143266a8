import { loadConfig } from '@movie-rental/config';
import { z } from 'zod';

const Schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Where deployments, secrets and logs are kept. */
  STATE_DIR: z.string(),
  DRIVER: z.enum(['process']).default('process'),
  /** The manifest that `npm run build` wrote. */
  FUNCTIONS_MANIFEST: z.string(),
  /** Whether users reach this provider through OpenFaaS's own gateway alone. */
  GATEWAY_IN_FRONT: z.stringbool().default(false),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  BASIC_AUTH_USER: z.string(),
  BASIC_AUTH_PASSWORD: z.string(),
});

export type Config = z.infer<typeof Schema>;

/**
 * Reads the provider's configuration; the credentials are the files `basic-auth-user` and
 * `basic-auth-password` in the folder that `secret_mount_path` names.
 * @throws ConfigError that lists every fault.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return loadConfig(Schema, ['BASIC_AUTH_USER', 'BASIC_AUTH_PASSWORD'], env);
}
