import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endLeft } from '../bringup/session.ts';
import { DEFAULT_INSTANCE, instanceOf } from '../instance/instance.ts';
import { readState } from '../instance/state.ts';
import { isAlive } from '../process/identity.ts';

/**
 * Ends the instance that runs in this folder, and waits until it has ended; of one whose supervisor was
 * killed, what it has left running.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { instance: { type: 'string', default: DEFAULT_INSTANCE } },
  });
  const instance = instanceOf(values.instance);
  const state = await readState(instance);
  if (state === undefined) {
    const ended = await endLeft(instance);
    console.log(ended ? 'Ended what a killed run had left.' : 'Nothing is running.');
    return 0;
  }
  const names = state.processes.map(({ name }) => name).join(', ');
  process.kill(state.supervisor.pid, 'SIGTERM');
  while (isAlive(state.supervisor)) await sleep(50);
  console.log(`Stopped process ${state.supervisor.pid}${names === '' ? '' : ` with ${names}`}.`);
  return 0;
}
