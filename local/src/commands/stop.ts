import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_INSTANCE, instanceOf } from '../instance/instance.ts';
import { readState } from '../instance/state.ts';
import { isAlive } from '../process/identity.ts';

/** Ends the instance that runs in this folder, and waits until it has ended. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { instance: { type: 'string', default: DEFAULT_INSTANCE } },
  });
  const state = await readState(instanceOf(values.instance));
  if (state === undefined) {
    console.log('Nothing is running.');
    return 0;
  }
  const names = state.processes.map(({ name }) => name).join(', ');
  process.kill(state.supervisor.pid, 'SIGTERM');
  while (isAlive(state.supervisor)) await sleep(50);
  console.log(`Stopped process ${state.supervisor.pid}${names === '' ? '' : ` with ${names}`}.`);
  return 0;
}
