import { parseArgs } from 'node:util';
import { type Externals, readExternals } from '../bringup/external.ts';
import { openSession } from '../bringup/session.ts';
import { bringUpStack } from '../bringup/stack.ts';
import { detach, superviseUntilSignal } from '../bringup/supervise.ts';
import { INSTANCE_OPTION, instanceOf } from '../instance/instance.ts';
import type { Endpoints } from '../instance/state.ts';

const OPTIONS = {
  ...INSTANCE_OPTION,
  detach: { type: 'boolean' },
  fresh: { type: 'boolean', default: false },
} as const;

/** Brings everything up and runs it until Ctrl-C; with `--detach` in the background. */
export async function run(args: string[]): Promise<number> {
  const { fresh, ...values } = parseArgs({ args, options: OPTIONS }).values;
  const externals = readExternals(process.env);
  if (fresh) refuseForeignData(externals);
  const instance = instanceOf(values.instance);
  if (values.detach)
    return detach(instance, ['start', ...args.filter((arg) => arg !== '--detach')]);
  const session = await openSession(instance, { ports: 'preferred', say: console.error, fresh });
  return superviseUntilSignal(session, async () => {
    console.log(summary((await bringUpStack(session, externals)).endpoints));
  });
}

/** `--fresh` wipes what was made here; it could not keep its promise on the user's own servers. */
function refuseForeignData({ MYSQL_URL, KAFKA_BROKERS, RABBITMQ_URL }: Externals): void {
  const own = Object.entries({ MYSQL_URL, KAFKA_BROKERS, RABBITMQ_URL });
  const names = own.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (names.length === 0) return;
  throw new Error(`--fresh wipes only what npm start made; unset ${names.join(', ')} first.`);
}

const summary = ({ url, admin, gateway, rabbitmq }: Endpoints) => `
The movie rental is ready.

  shop             ${url}
  administrator    ${admin.username}, first password ${admin.password}
  gateway          ${gateway.url} (user ${gateway.username}, password: npm run status)
  RabbitMQ         ${rabbitmq.management || 'your own'}

  npm run demo            a tour
  npm run mail            the mails that were sent
  npm run logs -- NAME    what a part wrote
  npm run status          all addresses and passwords
  npm stop or Ctrl-C      end everything
`;
