import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Gateway } from '@movie-rental/jobs/client';
import { bundlesOf, type Instance, writePrivate } from '../instance/instance.ts';
import { PREFERRED_PORTS } from '../instance/ports.ts';
import { accountOf } from '../instance/secrets.ts';
import type { ServerEndpoints } from '../instance/state.ts';
import { namesIn } from '../packages/tree.ts';
import { cleanEnvironment } from '../process/run.ts';
import type { Service } from '../process/service.ts';
import { STAGE } from '../process/supervisor.ts';
import { type Context, startServer, withPorts } from '../servers/server.ts';

/** Functions finish what is in flight, each within its own `write_timeout`. */
const PROVIDER_GRACE_MS = 60_000;

/** Makes a folder of secrets in the form that OpenFaaS mounts them: each in a file. */
async function secretsFolder(
  instance: Instance,
  name: string,
  secrets: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = join(instance.secrets, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [file, value] of Object.entries(secrets))
    await writePrivate(join(folder, file), value);
  return folder;
}

const nodeCommand = (bundle: string) => [process.execPath, '--enable-source-maps', bundle] as const;

/** Starts the provider, which is also the gateway, with the bundled functions. */
export async function startProvider(context: Context): Promise<Gateway> {
  const { instance, supervisor } = context;
  const account = await accountOf(instance, 'gateway');
  const { username, password } = account;
  const secrets = { 'basic-auth-user': username, 'basic-auth-password': password };
  const folder = await secretsFolder(instance, 'gateway', secrets);
  const bundles = bundlesOf(instance);
  return withPorts(context, { gateway: PREFERRED_PORTS.gateway }, async ({ gateway }) => {
    const url = `http://127.0.0.1:${gateway}`;
    const env = {
      ...cleanEnvironment(),
      HOST: '127.0.0.1',
      PORT: String(gateway),
      STATE_DIR: join(instance.data, 'provider'),
      DRIVER: 'process',
      FUNCTIONS_MANIFEST: join(bundles, 'functions', 'manifest.json'),
      secret_mount_path: folder,
    };
    const log = join(instance.logs, 'provider.log');
    const command = nodeCommand(join(bundles, 'provider.mjs'));
    const spec = { name: 'provider', command, env, log, graceMs: PROVIDER_GRACE_MS };
    const isReady = async () => (await fetch(`${url}/healthz`)).ok;
    await startServer(supervisor, spec, STAGE.provider, isReady);
    return { url, ...account };
  });
}

/** What connectors talk to, and what the user's environment adds for them. */
type Connections = ServerEndpoints & {
  readonly gateway: { readonly url: string };
  readonly settings: Readonly<Record<string, string>>;
};

/** The environment of an instance's connectors. */
export function connectorEnvironment(instance: Instance, connections: Connections) {
  const { mysql, kafka, rabbitmq, gateway, settings } = connections;
  return {
    ...cleanEnvironment(),
    ...settings,
    MYSQL_URL: mysql.url,
    KAFKA_BROKERS: kafka.brokers,
    RABBITMQ_URL: rabbitmq.url,
    GATEWAY_URL: gateway.url,
    secret_mount_path: join(instance.secrets, 'connectors'),
  };
}

/** Starts every bundled connector and waits until all are ready. */
export async function startConnectors(
  { instance, supervisor }: Context,
  connections: Connections,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  const names = ['mysql-url', 'service-token'];
  const own = Object.fromEntries(names.map((name) => [name, secrets[name] ?? '']));
  await secretsFolder(instance, 'connectors', own);
  const env = connectorEnvironment(instance, connections);
  const folder = join(bundlesOf(instance), 'connectors');
  const files = (await namesIn(folder)).filter((name) => name.endsWith('.mjs'));
  const starts = files.map((file) => {
    const name = basename(file, '.mjs');
    const log = join(instance.logs, `${name}.log`);
    const spec = { name, command: nodeCommand(join(folder, file)), env, log };
    const isReady = (service: Service) => saysReady(service.output());
    return startServer(supervisor, spec, STAGE.connectors, isReady);
  });
  await Promise.all(starts);
}

/** Whether a log has the JSON line by which a connector says that it is at work. */
export function saysReady(log: string): boolean {
  return /^\{.*"msg":"ready".*\}$/m.test(log);
}
