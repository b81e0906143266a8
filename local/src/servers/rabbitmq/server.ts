import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivate } from '../../instance/files.ts';
import { isListening } from '../../instance/listening.ts';
import { PREFERRED_PORTS } from '../../instance/preferred-ports.ts';
import { instanceSecret } from '../../instance/secrets.ts';
import { cleanEnvironment } from '../../process/environment.ts';
import { STAGE } from '../../process/stages.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import { type RabbitmqSoftware, rabbitmqSoftware } from './software.ts';

/** Where RabbitMQ answers: AMQP with user and password, and its management API. */
export type RabbitmqServer = { readonly url: string; readonly management: string };

type Ports = Readonly<Record<keyof typeof WISHES, number>>;

const WISHES = {
  rabbitmq: PREFERRED_PORTS.rabbitmq,
  'rabbitmq management': PREFERRED_PORTS['rabbitmq management'],
  'rabbitmq distribution': 'free',
  epmd: 'free',
} as const;

const USER = 'app';

function configuration(ports: Ports, password: string): string {
  return [
    `listeners.tcp.local = 127.0.0.1:${ports.rabbitmq}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports['rabbitmq management']}`,
    `default_user = ${USER}`,
    `default_pass = ${password}`,
    'log.file = false',
    'log.console = true',
    'log.console.level = info',
    '',
  ].join('\n');
}

/** What the release's own start script hands to Erlang; that script itself breaks on a space in a path. */
const ERLANG_ARGUMENTS = [
  ...['-noinput', '-s', 'rabbit', 'boot', '-boot', 'start_sasl', '+W', 'w', '+B', 'i'],
  ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
  ...['-syslog', 'logger', '[]', '-syslog', 'syslog_error_logger', 'false'],
  ...['-kernel', 'prevent_overlapping_partitions', 'false'],
  ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
];

async function environment(
  { instance }: Surroundings,
  software: RabbitmqSoftware,
  ports: Ports,
): Promise<Record<string, string | undefined>> {
  const data = join(instance.data, 'rabbitmq');
  const plugins = join(instance.generated, 'rabbitmq-plugins');
  await mkdir(data, { recursive: true });
  await writeFile(plugins, '[rabbitmq_management].\n');
  return {
    ...cleanEnvironment(),
    ...software.env,
    PATH: `${software.erlang}:${process.env.PATH ?? ''}`,
    HOME: data,
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_MAX_ETS_TABLES: '50000',
    ERL_LIBS: join(software.home, 'plugins'),
    RABBITMQ_HOME: software.home,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(instance.secrets, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_NODENAME: 'rabbit@localhost',
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: join(data, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_DIST_PORT: String(ports['rabbitmq distribution']),
  };
}

/** Whether the broker answers this instance's own user and serves AMQP. */
async function answers(server: RabbitmqServer): Promise<boolean> {
  const { username, password, port } = new URL(server.url);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${server.management}/api/overview`, {
    headers: { authorization },
    signal: AbortSignal.timeout(2000),
  });
  return response.ok && (await isListening(Number(port)));
}

/** Erlang's port mapper would otherwise stay behind when the broker ends. */
async function startEpmd(
  { supervisor, instance }: Surroundings,
  software: RabbitmqSoftware,
  ports: Ports,
) {
  const epmd = join(software.erlang, 'epmd');
  const spec = {
    name: 'epmd',
    command: [epmd, '-address', '127.0.0.1', '-port', String(ports.epmd)] as [string, ...string[]],
    env: { ...cleanEnvironment(), ...software.env },
    log: join(instance.logs, 'epmd.log'),
  };
  return startServer(supervisor, spec, STAGE.epmd, () => isListening(ports.epmd));
}

/** Starts RabbitMQ with no queue on the first start, with the instance's own data later. */
export async function startRabbitmq(surroundings: Surroundings): Promise<RabbitmqServer> {
  const { instance, supervisor } = surroundings;
  const software = await rabbitmqSoftware();
  const password = await instanceSecret(instance, 'rabbitmq-password');
  return withPorts(surroundings, WISHES, async (ports) => {
    await writePrivate(join(instance.secrets, 'rabbitmq.conf'), configuration(ports, password));
    const epmd = await startEpmd(surroundings, software, ports);
    const server = {
      url: `amqp://${USER}:${password}@127.0.0.1:${ports.rabbitmq}/%2F`,
      management: `http://127.0.0.1:${ports['rabbitmq management']}`,
    };
    const spec = {
      name: 'rabbitmq',
      command: [join(software.erlang, 'erl'), ...ERLANG_ARGUMENTS] as [string, ...string[]],
      env: await environment(surroundings, software, ports),
      log: join(instance.logs, 'rabbitmq.log'),
      keepsData: true,
    };
    try {
      await startServer(supervisor, spec, STAGE.brokers, () => answers(server));
    } catch (error) {
      await supervisor.remove(epmd);
      throw error;
    }
    return server;
  });
}
