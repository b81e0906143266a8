import { parseArgs } from 'node:util';
import { openControl } from '../instance/control.ts';
import { INSTANCE_OPTION, instanceOf } from '../instance/instance.ts';
import { PART_ACTIONS } from '../process/supervisor.ts';

const USAGE = `npm run part -- stop NAME       stop a part until it is started again
npm run part -- start NAME      start it
npm run part -- restart NAME    stop it, then start it
npm run status says which parts there are.`;

/** Stops, starts or restarts one server, the provider or a connector of a running instance. */
export async function run(args: string[]): Promise<number> {
  const options = { args, allowPositionals: true, options: INSTANCE_OPTION } as const;
  const { values, positionals } = parseArgs(options);
  const [verb, name, ...more] = positionals;
  const action = PART_ACTIONS.find((candidate) => candidate === verb);
  if (action === undefined || name === undefined || more.length > 0) throw new Error(USAGE);
  const { status, pid } = await openControl(instanceOf(values.instance)).part(action, name);
  console.log(`${name} is ${status}${pid === undefined ? '' : ` as process ${pid}`}.`);
  return 0;
}
