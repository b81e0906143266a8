import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServers } from '../bringup/servers.ts';
import { openSession } from '../bringup/session.ts';
import { detach, superviseUntilSignal } from '../bringup/supervise.ts';
import { DEFAULT_INSTANCE, instanceOf, writePrivate } from '../instance/instance.ts';

/**
 * Runs MySQL, Kafka and RabbitMQ alone, for tests and experiments: prints one JSON line with their
 * addresses (MySQL's as the user who may do everything) and writes it to `servers.json` of the instance.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      instance: { type: 'string', default: DEFAULT_INSTANCE },
      detach: { type: 'boolean', default: false },
    },
  });
  const instance = instanceOf(values.instance);
  if (values.detach) return detach(instance, ['servers', '--instance', instance.name]);
  const session = await openSession(instance, { ports: 'free', say: console.error });
  return superviseUntilSignal(session, async () => {
    const servers = await session.perform(async (step) => {
      const { mysql, kafka, rabbitmq } = startServers(step, session, {});
      const { rootUrl } = await mysql;
      return JSON.stringify({
        mysql: { url: rootUrl },
        kafka: await kafka,
        rabbitmq: await rabbitmq,
      });
    });
    await writePrivate(join(instance.folder, 'servers.json'), `${servers}\n`);
    console.log(servers);
  });
}
