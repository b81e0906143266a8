import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivate } from '../../instance/instance.ts';
import { isListening, PREFERRED_PORTS } from '../../instance/ports.ts';
import { instanceSecret } from '../../instance/secrets.ts';
import { isContainerImage } from '../../packages/container-source.ts';
import type { Service, ServiceSpec } from '../../process/service.ts';
import { STAGE } from '../../process/supervisor.ts';
import { makerOf, recordMaker } from '../data-maker.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import { brokerContainer } from './container.ts';
import { brokerProgram, portMapper } from './program.ts';
import { brokerFiles, configuration, PLUGINS, USER } from './settings.ts';
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

/** Writes the broker's files anew and makes its data folder. */
async function prepare(
  { instance }: Surroundings,
  software: RabbitmqSoftware,
  ports: Ports,
  password: string,
): Promise<void> {
  const files = brokerFiles(instance);
  const listeners = {
    address: isContainerImage(software) ? '0.0.0.0' : '127.0.0.1',
    amqp: ports.rabbitmq,
    management: ports['rabbitmq management'],
  } as const;
  await mkdir(files.data, { recursive: true, mode: 0o700 });
  await writeFile(files.plugins, PLUGINS);
  await writePrivate(files.configuration, configuration(listeners, password));
}

/** The broker's process, and what must run before it and ends with it. */
async function processes({ instance }: Surroundings, software: RabbitmqSoftware, ports: Ports) {
  const { rabbitmq, epmd, 'rabbitmq distribution': distribution } = ports;
  if (isContainerImage(software)) {
    const published = [rabbitmq, ports['rabbitmq management']];
    return { broker: await brokerContainer(instance, software, published) };
  }
  return {
    broker: brokerProgram(instance, software, { distribution, epmd }),
    mapper: portMapper(instance, software, epmd),
  };
}

/** Starts RabbitMQ with no queue on the first start, with the instance's own data later. */
export async function startRabbitmq(surroundings: Surroundings): Promise<RabbitmqServer> {
  const { instance, supervisor } = surroundings;
  const { data } = brokerFiles(instance);
  const software = await rabbitmqSoftware(await makerOf(data));
  await recordMaker(data, software);
  const password = await instanceSecret(instance, 'rabbitmq-password');
  return withPorts(surroundings, WISHES, async (ports) => {
    await prepare(surroundings, software, ports, password);
    const { broker, mapper } = await processes(surroundings, software, ports);
    const server = {
      url: `amqp://${USER}:${password}@127.0.0.1:${ports.rabbitmq}/%2F`,
      management: `http://127.0.0.1:${ports['rabbitmq management']}`,
    };
    const spec: ServiceSpec = {
      name: 'rabbitmq',
      ...broker,
      log: join(instance.logs, 'rabbitmq.log'),
      keepsData: true,
    };
    let epmd: Service | undefined;
    if (mapper !== undefined) {
      epmd = await startServer(supervisor, mapper, STAGE.epmd, () => isListening(ports.epmd));
    }
    try {
      await startServer(supervisor, spec, STAGE.brokers, () => answers(server));
    } catch (error) {
      if (epmd !== undefined) await supervisor.remove(epmd);
      throw error;
    }
    return server;
  });
}
