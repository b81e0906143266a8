import { mkdir } from 'node:fs/promises';
import type { Instance } from '../../instance/instance.ts';
import type { ContainerImage } from '../../packages/container-source.ts';
import type { ServiceSpec } from '../../process/service.ts';
import { containerProcess } from '../containers.ts';
import { brokerProperties } from './properties.ts';
import type { Broker } from './server.ts';

/** Where the image keeps what it must not lose. */
const DATA = '/var/lib/kafka/data';

/** The variable by which Confluent's images take a property of the broker. */
export function variableOf(property: string): string {
  const escaped = property.replaceAll('_', '__').replaceAll('-', '___').replaceAll('.', '_');
  return `KAFKA_${escaped.toUpperCase()}`;
}

/** How the broker runs in a container, whose image prepares the data folder by itself. */
export async function brokerContainer(
  instance: Instance,
  software: ContainerImage,
  { data, clusterId, ...ports }: Broker,
): Promise<Pick<ServiceSpec, 'command' | 'env' | 'sweep'>> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  const properties = brokerProperties({ listen: '0.0.0.0', logDir: DATA, ...ports });
  const variables = Object.entries(properties).map(([name, value]) => [variableOf(name), value]);
  return containerProcess(instance, software, {
    server: 'kafka',
    env: {
      CLUSTER_ID: clusterId,
      KAFKA_HEAP_OPTS: '-Xmx256m -Xms64m',
      // The line that says that it has started is among them.
      KAFKA_LOG4J_ROOT_LOGLEVEL: 'INFO',
      ...Object.fromEntries(variables),
    },
    mounts: [{ source: data, target: DATA }],
    ports: [ports.port],
  });
}
