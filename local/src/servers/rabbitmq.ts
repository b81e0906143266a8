import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Instance, writePrivate } from '../instance/instance.ts';
import { isListening, PREFERRED_PORTS } from '../instance/ports.ts';
import { instanceSecret } from '../instance/secrets.ts';
import { openApt, unpackPackages } from '../packages/apt.ts';
import { findProgram, isAtLeast } from '../packages/program.ts';
import { firstSource, type Source } from '../packages/source.ts';
import { debianSource } from '../packages/store.ts';
import { libraryEnvironment, namesIn } from '../packages/tree.ts';
import { PACKAGES } from '../paths.ts';
import { cleanEnvironment } from '../process/run.ts';
import type { ServiceSpec } from '../process/service.ts';
import { STAGE } from '../process/supervisor.ts';
import { type Context, startServer, withPorts } from './server.ts';

/** A RabbitMQ release and the Erlang that runs it. */
type RabbitmqSoftware = {
  /** The folder that holds `plugins/`. */
  readonly home: string;
  /** The folder that holds `erl` and `epmd`. */
  readonly erlang: string;
  readonly env: Readonly<Record<string, string>>;
};

/** Where RabbitMQ answers: AMQP with user and password, and its management API. */
export type RabbitmqServer = { readonly url: string; readonly management: string };

/** The first release whose quorum queues dead-letter at least once. */
const OLDEST_RABBITMQ = '3.10';

/** The newest RabbitMQ that fits in a folder of Debian's layout; undefined if there is none. */
async function rabbitmqHome(root: string): Promise<string | undefined> {
  const folder = join(root, 'usr', 'lib', 'rabbitmq', 'lib');
  const name = (await namesIn(folder))
    .filter((entry) => isAtLeast(entry.replace('rabbitmq_server-', ''), OLDEST_RABBITMQ))
    .at(-1);
  return name === undefined ? undefined : join(folder, name);
}

const installed: Source<RabbitmqSoftware> = {
  name: 'installed on this machine',
  async find() {
    const [home, erl] = await Promise.all([rabbitmqHome('/'), findProgram('erl')]);
    if (home === undefined || erl === undefined) return undefined;
    return { home, erlang: dirname(erl), env: {} };
  },
};

/** Debian's `erl` has its install folder built in; make it find its files beside itself. */
async function makeErlangMovable(root: string): Promise<void> {
  const script = join(root, 'usr', 'lib', 'erlang', 'bin', 'erl');
  const text = await readFile(script, 'utf8');
  const here = 'ROOTDIR="$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)"';
  await writeFile(script, text.replaceAll(/ROOTDIR="?\/usr\/lib\/erlang"?/g, here));
}

async function unpack(folder: string): Promise<void> {
  await unpackPackages(await openApt(PACKAGES), ['rabbitmq-server', 'erlang-base'], folder);
  await makeErlangMovable(folder);
}

/** Where RabbitMQ can come from, best first. */
export const rabbitmqSources: readonly Source<RabbitmqSoftware>[] = [
  installed,
  debianSource('rabbitmq', unpack, async (root) => {
    const home = await rabbitmqHome(root);
    if (home === undefined) throw new Error(`the registries offer none ≥ ${OLDEST_RABBITMQ}`);
    const erlang = join(root, 'usr', 'lib', 'erlang', 'bin');
    return { home, erlang, env: await libraryEnvironment(root) };
  }),
];

/** The broker's one user, who may do everything. */
const USER = 'app';

/** What the release's own start script hands to Erlang; that script itself breaks on a space in a path. */
const ERLANG_ARGUMENTS = [
  ...['-noinput', '-s', 'rabbit', 'boot', '-boot', 'start_sasl', '+W', 'w', '+B', 'i'],
  ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
  ...['-syslog', 'logger', '[]', '-syslog', 'syslog_error_logger', 'false'],
  ...['-kernel', 'prevent_overlapping_partitions', 'false'],
  ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
];

const WISHES = {
  rabbitmq: PREFERRED_PORTS.rabbitmq,
  'rabbitmq management': PREFERRED_PORTS['rabbitmq management'],
  'rabbitmq distribution': 'free',
  epmd: 'free',
} as const;

type Ports = Readonly<Record<keyof typeof WISHES, number>>;

/** Where the broker's files are. */
function brokerFiles({ data, generated, secrets }: Instance) {
  return {
    data: join(data, 'rabbitmq'),
    plugins: join(generated, 'rabbitmq-plugins'),
    configuration: join(secrets, 'rabbitmq.conf'),
  };
}

/** Rewrites the broker's files and makes its data folder. */
async function prepare(instance: Instance, ports: Ports, password: string): Promise<void> {
  const { data, plugins, configuration } = brokerFiles(instance);
  const lines = [
    `listeners.tcp.local = 127.0.0.1:${ports.rabbitmq}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports['rabbitmq management']}`,
    `default_user = ${USER}`,
    `default_pass = ${password}`,
    'log.file = false',
    'log.console = true',
    'log.console.level = info',
    '',
  ];
  await mkdir(data, { recursive: true, mode: 0o700 });
  await writeFile(plugins, '[rabbitmq_management].\n');
  await writePrivate(configuration, lines.join('\n'));
}

/** The environment that leads the broker to its files and gives it a name that no move changes. */
function brokerEnvironment(instance: Instance, software: RabbitmqSoftware, ports: Ports) {
  const { data, plugins, configuration } = brokerFiles(instance);
  return {
    ...cleanEnvironment(),
    ...software.env,
    HOME: data,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: configuration,
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_NODENAME: 'rabbit@localhost',
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: join(data, 'log'),
    RABBITMQ_LOGS: '-',
    PATH: `${software.erlang}:${process.env.PATH ?? ''}`,
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_MAX_ETS_TABLES: '50000',
    ERL_LIBS: join(software.home, 'plugins'),
    RABBITMQ_HOME: software.home,
    RABBITMQ_DIST_PORT: String(ports['rabbitmq distribution']),
  };
}

/** Erlang's port mapper, which would otherwise outlive the broker. */
function portMapper(instance: Instance, software: RabbitmqSoftware, port: number): ServiceSpec {
  return {
    name: 'epmd',
    command: [join(software.erlang, 'epmd'), '-address', '127.0.0.1', '-port', String(port)],
    env: { ...cleanEnvironment(), ...software.env },
    log: join(instance.logs, 'epmd.log'),
  };
}

/** Whether the broker answers this instance's own user and serves AMQP. */
async function answers({ url, management }: RabbitmqServer): Promise<boolean> {
  const { username, password, port } = new URL(url);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${management}/api/health/checks/port-listener/${port}`, {
    headers: { authorization },
    signal: AbortSignal.timeout(2000),
  });
  return response.ok;
}

/** Starts RabbitMQ: with no queue at the first start, with the instance's data later. */
export async function startRabbitmq(context: Context): Promise<RabbitmqServer> {
  const { instance, supervisor } = context;
  const software = await firstSource('RabbitMQ broker', rabbitmqSources);
  const password = await instanceSecret(instance, 'rabbitmq-password');
  return withPorts(context, WISHES, async (ports) => {
    await prepare(instance, ports, password);
    const server = {
      url: `amqp://${USER}:${password}@127.0.0.1:${ports.rabbitmq}/%2F`,
      management: `http://127.0.0.1:${ports['rabbitmq management']}`,
    };
    const spec: ServiceSpec = {
      name: 'rabbitmq',
      command: [join(software.erlang, 'erl'), ...ERLANG_ARGUMENTS],
      env: brokerEnvironment(instance, software, ports),
      log: join(instance.logs, 'rabbitmq.log'),
      keepsData: true,
    };
    const mapper = portMapper(instance, software, ports.epmd);
    const epmd = await startServer(supervisor, mapper, STAGE.epmd, () => isListening(ports.epmd));
    try {
      await startServer(supervisor, spec, STAGE.brokers, () => answers(server));
    } catch (error) {
      await supervisor.remove(epmd);
      throw error;
    }
    return server;
  });
}
