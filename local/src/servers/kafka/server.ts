import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PREFERRED_PORTS } from '../../instance/ports.ts';
import { instanceSecret } from '../../instance/secrets.ts';
import { isContainerImage } from '../../packages/container-source.ts';
import { STAGE } from '../../process/supervisor.ts';
import { makerOf, recordMaker } from '../data-maker.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import { brokerContainer } from './container.ts';
import { brokerProgram } from './program.ts';
import { kafkaSoftware } from './software.ts';

/** Where Kafka answers: a list of `host:port` parted by commas. */
export type KafkaServer = { readonly brokers: string };

/** What is particular to one start of a broker. */
export type Broker = {
  /** The folder of its data. */
  readonly data: string;
  readonly clusterId: string;
  readonly port: number;
  readonly controllerPort: number;
};

const WISHES = { kafka: PREFERRED_PORTS.kafka, 'kafka controller': 'free' } as const;

const READY = 'Kafka Server started';

/** A UUID as Kafka writes it; its tools would take one that begins with a dash for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

/** Starts Kafka with no topic on the first start, with the instance's own data later. */
export async function startKafka(surroundings: Surroundings): Promise<KafkaServer> {
  const { instance, supervisor } = surroundings;
  const data = join(instance.data, 'kafka');
  const software = await kafkaSoftware(await makerOf(data));
  await recordMaker(data, software);
  const clusterId = await instanceSecret(instance, 'kafka-cluster-id', newClusterId);
  return withPorts(surroundings, WISHES, async (ports) => {
    const port = ports.kafka;
    const broker = { data, clusterId, port, controllerPort: ports['kafka controller'] };
    const spec = {
      name: 'kafka',
      ...(isContainerImage(software)
        ? await brokerContainer(instance, software, broker)
        : await brokerProgram(instance, software, broker)),
      log: join(instance.logs, 'kafka.log'),
      keepsData: true,
    };
    const isReady = (service: { output(): string }) => service.output().includes(READY);
    await startServer(supervisor, spec, STAGE.brokers, isReady);
    return { brokers: `127.0.0.1:${port}` };
  });
}
