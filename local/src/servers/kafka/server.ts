import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PREFERRED_PORTS } from '../../instance/preferred-ports.ts';
import { cleanEnvironment } from '../../process/environment.ts';
import { run } from '../../process/run.ts';
import { STAGE } from '../../process/stages.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import { type KafkaSoftware, kafkaSoftware } from './software.ts';

/** Where Kafka answers: a list of `host:port` parted by commas. */
export type KafkaServer = { readonly brokers: string };

type Ports = Readonly<Record<keyof typeof WISHES, number>>;

const WISHES = { kafka: PREFERRED_PORTS.kafka, 'kafka controller': 'free' } as const;

const JVM_OPTIONS = ['-Xmx256m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** A single node that is broker and controller: nothing is replicated, groups form without delay. */
function properties(ports: Ports, logDir: string): string {
  const controller = `127.0.0.1:${ports['kafka controller']}`;
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${controller}`,
    'controller.listener.names=CONTROLLER',
    `listeners=PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${logDir}`,
    'auto.create.topics.enable=false',
    'num.partitions=1',
    'offsets.topic.num.partitions=5',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=5',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    '',
  ].join('\n');
}

const READY = 'Kafka Server started';

/** Warnings, and the broker's own milestones: its start among them. */
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

function javaCommand(software: KafkaSoftware, logging: string): [string, ...string[]] {
  const program = join(software.java.home, 'bin', 'java');
  const log4j = `-Dlog4j2.configurationFile=${logging}`;
  return [program, ...JVM_OPTIONS, log4j, '-cp', join(software.libraries, '*')];
}

/** Prepares the data folder once; a broken-off attempt is begun anew. */
async function format(command: readonly string[], config: string, logDir: string, env: object) {
  if (existsSync(join(logDir, 'meta.properties'))) return;
  await rm(logDir, { recursive: true, force: true });
  const [program = '', ...args] = command;
  const id = randomBytes(16).toString('base64url');
  const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', config];
  await run(program, [...args, ...tool], { env: { ...cleanEnvironment(), ...env } });
}

/** Starts Kafka with no topic on the first start, with the instance's own data later. */
export async function startKafka(surroundings: Surroundings): Promise<KafkaServer> {
  const { instance, supervisor } = surroundings;
  const software = await kafkaSoftware();
  const config = join(instance.generated, 'kafka.properties');
  const logging = join(instance.generated, 'kafka-log4j2.properties');
  await writeFile(logging, LOGGING);
  const logDir = join(instance.data, 'kafka');
  const command = javaCommand(software, logging);
  return withPorts(surroundings, WISHES, async (ports) => {
    await writeFile(config, properties(ports, logDir));
    await format(command, config, logDir, software.java.env);
    const spec = {
      name: 'kafka',
      command: [...command, 'kafka.Kafka', config] as [string, ...string[]],
      env: { ...cleanEnvironment(), ...software.java.env },
      log: join(instance.logs, 'kafka.log'),
      keepsData: true,
    };
    const isReady = (service: { output(): string }) => service.output().includes(READY);
    await startServer(supervisor, spec, STAGE.brokers, isReady);
    return { brokers: `127.0.0.1:${ports.kafka}` };
  });
}
