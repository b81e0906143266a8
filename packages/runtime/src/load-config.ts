import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';

/** Where OpenFaaS mounts a function's secrets. */
const DEFAULT_SECRETS_FOLDER = '/var/openfaas/secrets';

/** A configuration that cannot be used. Its message lists every fault, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and validates a deployable's configuration.
 *
 * Each name in `secrets` is read from the file of that name (`MYSQL_URL` → `mysql-url`) in the
 * folder that `secret_mount_path` names, and from the environment if the file does not exist.
 * An empty value counts as absent.
 *
 * @throws ConfigError with every fault at once; values are never part of its message.
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  secrets: readonly (keyof z.infer<Schema> & string)[] = [],
  env: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const folder = env.secret_mount_path || DEFAULT_SECRETS_FOLDER;
  const values = Object.fromEntries(
    Object.keys(schema.shape).map((name) => {
      const fromFile = secrets.includes(name) ? readSecret(folder, name) : undefined;
      return [name, fromFile || env[name] || undefined];
    }),
  );
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    const place = secrets.includes(name) ? ` (or the secret ${secretFile(name)})` : '';
    return `  ${name}${place}: ${values[name] === undefined ? 'is missing' : issue.message}`;
  });
  throw new ConfigError(`The configuration is wrong:\n${faults.join('\n')}`);
}

/** A copy that may be logged: the named values are replaced by a fixed word. */
export function redact<Config extends object>(
  config: Config,
  secrets: readonly (keyof Config & string)[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      value !== undefined && secrets.some((secret) => secret === name) ? '[redacted]' : value,
    ]),
  );
}

function secretFile(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function readSecret(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, secretFile(name)), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`The secret ${secretFile(name)} cannot be read`, { cause: error });
  }
}
