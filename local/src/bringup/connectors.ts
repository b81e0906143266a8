import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ServerEndpoints } from '../instance/endpoints.ts';
import { writePrivate } from '../instance/files.ts';
import type { Instance } from '../instance/instance.ts';
import { namesIn } from '../packages/tree.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { STAGE } from '../process/stages.ts';
import { type Surroundings, startServer } from '../servers/server.ts';

/** The secrets that connectors read, each from its file. */
const SECRETS = ['mysql-url', 'service-token'];

/** Whether a log has the JSON line by which a connector says that it does its work. */
export function saysReady(log: string): boolean {
  return log.split('\n').some((line) => {
    if (!line.includes('"ready"')) return false;
    try {
      return (JSON.parse(line) as { msg?: unknown }).msg === 'ready';
    } catch {
      return false;
    }
  });
}

/** The folder of what connectors keep to themselves. */
function secretsFolder(instance: Instance): string {
  return join(instance.secrets, 'connectors');
}

/** Whom connectors talk to. */
type Connections = ServerEndpoints & {
  readonly gatewayUrl: string;
  /** Settings of theirs for a Kafka that asks for more than its address. */
  readonly kafkaSettings?: Readonly<Record<string, string>>;
};

/** The environment of an instance's connectors. */
export function connectorEnvironment(
  instance: Instance,
  endpoints: Connections,
): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    ...endpoints.kafkaSettings,
    MYSQL_URL: endpoints.mysql.url,
    KAFKA_BROKERS: endpoints.kafka.brokers,
    RABBITMQ_URL: endpoints.rabbitmq.url,
    GATEWAY_URL: endpoints.gatewayUrl,
    secret_mount_path: secretsFolder(instance),
  };
}

/** Starts every connector that was bundled and waits until all are ready. */
export async function startConnectors(
  { instance, supervisor }: Surroundings,
  bundles: string,
  endpoints: Connections,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = secretsFolder(instance);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of SECRETS) await writePrivate(join(folder, name), secrets[name] ?? '');
  const env = connectorEnvironment(instance, endpoints);
  const files = (await namesIn(join(bundles, 'connectors'))).filter((name) => /\.mjs$/.test(name));
  await Promise.all(
    files.map((file) => {
      const name = basename(file, '.mjs');
      const bundle = join(bundles, 'connectors', file);
      const command = [process.execPath, '--enable-source-maps', bundle] as const;
      const spec = { name, command, env, log: join(instance.logs, `${name}.log`) };
      return startServer(supervisor, spec, STAGE.connectors, (service) =>
        saysReady(service.output()),
      );
    }),
  );
}
