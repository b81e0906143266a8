import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Instance } from '../instance/instance.ts';
import { PREFERRED_PORTS } from '../instance/ports.ts';
import { instanceSecret } from '../instance/secrets.ts';
import { type Java, java } from '../packages/java.ts';
import { type Artifact, copyArtifacts } from '../packages/maven.ts';
import { isAtLeast } from '../packages/program.ts';
import { firstSource, type Source } from '../packages/source.ts';
import { isProvided, provide, type Recipe } from '../packages/store.ts';
import { namesIn } from '../packages/tree.ts';
import { PACKAGES } from '../paths.ts';
import { cleanEnvironment, run } from '../process/run.ts';
import type { ServiceSpec } from '../process/service.ts';
import { STAGE } from '../process/supervisor.ts';
import { type Context, startServer, withPorts } from './server.ts';

/** A Kafka broker's jar files and the Java that runs them. */
export type KafkaSoftware = { readonly libraries: string; readonly java: Java };

/** Where Kafka answers: a list of `host:port` separated by commas. */
export type KafkaServer = { readonly brokers: string };

/** The first release whose KRaft mode is ready for use. */
const OLDEST_KAFKA = '3.3';

const ARTIFACTS: readonly Artifact[] = [
  'org.apache.kafka:kafka_2.13:4.1.0',
  // The distribution adds this to the broker's own dependencies so that it writes a log.
  'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3',
];

const home: Source<string> = {
  name: 'KAFKA_HOME',
  async find() {
    const folder = process.env.KAFKA_HOME;
    if (folder === undefined || folder === '') return undefined;
    const libraries = join(folder, 'libs');
    const broker = (await namesIn(libraries)).find((name) => /^kafka_[\d.]+-\d/.test(name));
    const version = broker?.replace(/^kafka_[\d.]+-/, '') ?? '';
    return isAtLeast(version, OLDEST_KAFKA) ? libraries : undefined;
  },
};

const recipe: Recipe = {
  name: 'kafka',
  ingredients: ARTIFACTS,
  build: (folder) => copyArtifacts(PACKAGES, ARTIFACTS, folder),
};

const maven: Source<string> = {
  name: 'Maven',
  isCached: async () => isProvided(PACKAGES, recipe),
  find: () => provide(PACKAGES, recipe),
};

/** Where the broker's jar files can come from, best first. */
export const kafkaSources: readonly Source<string>[] = [home, maven];

/** The first Kafka broker that fits, and its Java; downloaded if the machine has none. */
export async function kafkaSoftware(): Promise<KafkaSoftware> {
  const libraries = await firstSource('Kafka broker', kafkaSources);
  return { libraries, java: await java() };
}

const WISHES = { kafka: PREFERRED_PORTS.kafka, 'kafka controller': 'free' } as const;

type Ports = { readonly port: number; readonly controllerPort: number };

const READY = 'Kafka Server started';

const JVM_OPTIONS = ['-Xmx256m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** In a Turkish locale, the broker turns `classic` into `CLASSİC` and does not start. */
const LOCALE = { LC_ALL: 'C.UTF-8' };

/** Warnings, and the broker's milestones, such as its start. */
const LOGGING = [
  'appender.console.type = Console',
  'appender.console.name = console',
  'appender.console.layout.type = PatternLayout',
  'appender.console.layout.pattern = %d{ISO8601} %p %c{1} %m%n',
  'rootLogger.level = warn',
  'rootLogger.appenderRef.console.ref = console',
  'logger.start.name = kafka.server.KafkaRaftServer',
  'logger.start.level = info',
  '',
].join('\n');

/** A single node that is broker and controller: nothing is replicated, groups form without delay. */
export function brokerProperties({ port, controllerPort, logDir }: Ports & { logDir: string }) {
  const controller = `127.0.0.1:${controllerPort}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDir,
    'auto.create.topics.enable': 'false',
    'num.partitions': '1',
    'offsets.topic.num.partitions': '5',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '5',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
  } as const;
}

/**
 * How to run the broker. Kafka reads properties as ISO-8859-1, and Log4j and Kafka split paths at commas:
 * so the broker runs in the instance's folder, and all paths in its files are relative to that.
 */
async function prepare(
  { folder, data, generated }: Instance,
  { java, libraries }: KafkaSoftware,
  clusterId: string,
  ports: Ports,
): Promise<Pick<ServiceSpec, 'command' | 'env' | 'cwd'>> {
  const within = (...path: string[]) => relative(folder, join(...path));
  const logging = within(generated, 'kafka-log4j2.properties');
  const config = within(generated, 'kafka.properties');
  const logDir = within(data, 'kafka');
  const properties = Object.entries(brokerProperties({ ...ports, logDir }));
  await writeFile(join(folder, logging), LOGGING);
  await writeFile(
    join(folder, config),
    properties.map(([name, value]) => `${name}=${value}\n`).join(''),
  );
  const program = join(java.home, 'bin', 'java');
  const classes = ['-cp', join(libraries, '*')];
  const jvm = [...JVM_OPTIONS, `-Dlog4j2.configurationFile=${logging}`, ...classes];
  const place = { cwd: folder, env: { ...cleanEnvironment(), ...LOCALE, ...java.env } };
  if (!existsSync(join(folder, logDir, 'meta.properties'))) {
    await rm(join(folder, logDir), { recursive: true, force: true });
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config];
    await run(program, [...jvm, ...format], place);
  }
  return { command: [program, ...jvm, 'kafka.Kafka', config], ...place };
}

/** A UUID in Kafka's notation; its tools would take one that begins with a dash for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

/** Starts Kafka: without topics on the first start, with the instance's data later. */
export async function startKafka(context: Context): Promise<KafkaServer> {
  const { instance, supervisor } = context;
  const software = await kafkaSoftware();
  const clusterId = await instanceSecret(instance, 'kafka-cluster-id', newClusterId);
  return withPorts(context, WISHES, async (chosen) => {
    const ports = { port: chosen.kafka, controllerPort: chosen['kafka controller'] };
    const spec = {
      name: 'kafka',
      ...(await prepare(instance, software, clusterId, ports)),
      log: join(instance.logs, 'kafka.log'),
      keepsData: true,
    };
    await startServer(supervisor, spec, STAGE.brokers, (broker) => broker.output().includes(READY));
    return { brokers: `127.0.0.1:${ports.port}` };
  });
}
