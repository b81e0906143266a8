import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../../instance/instance.ts';
import { cleanEnvironment, run } from '../../process/run.ts';
import type { ServiceSpec } from '../../process/service.ts';
import { brokerProperties } from './properties.ts';
import type { Broker } from './server.ts';
import type { KafkaProgram } from './software.ts';

const JVM_OPTIONS = ['-Xmx256m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

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

/** How the broker runs as a process of this machine; its data folder is prepared then. */
export async function brokerProgram(
  instance: Instance,
  software: KafkaProgram,
  { data, clusterId, ...ports }: Broker,
): Promise<Pick<ServiceSpec, 'command' | 'env'>> {
  const logging = join(instance.generated, 'kafka-log4j2.properties');
  const config = join(instance.generated, 'kafka.properties');
  const properties = brokerProperties({ listen: '127.0.0.1', logDir: data, ...ports });
  await writeFile(logging, LOGGING);
  await writeFile(
    config,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const log4j = `-Dlog4j2.configurationFile=${logging}`;
  const java = join(software.java.home, 'bin', 'java');
  const jvm = [...JVM_OPTIONS, log4j, '-cp', join(software.libraries, '*')];
  const env = { ...cleanEnvironment(), ...software.java.env };
  if (!existsSync(join(data, 'meta.properties'))) {
    // A broken-off attempt is begun anew.
    await rm(data, { recursive: true, force: true });
    const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config];
    await run(java, [...jvm, ...tool], { env });
  }
  return { command: [java, ...jvm, 'kafka.Kafka', config], env };
}
