import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endLeft } from '../bringup/session.ts';
import { openControl } from '../instance/control.ts';
import { INSTANCE_OPTION, instanceOf } from '../instance/instance.ts';
import { readState } from '../instance/state.ts';
import { isAlive } from '../process/identity.ts';
import { sendSignal } from '../process/leftovers.ts';

/** Stops an instance and waits until it has ended; of a killed one, ends what it has left running. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: INSTANCE_OPTION });
  const instance = instanceOf(values.instance);
  const state = await readState(instance);
  if (state === undefined) {
    const ended = await endLeft(instance);
    console.log(ended ? 'Ended what a killed run had left running.' : 'Nothing is running.');
    return 0;
  }
  const { supervisor, processes } = state;
  const stopping = openControl(instance).stop();
  // A supervisor of an older version, or without a socket, only knows signals.
  await stopping.catch(() => sendSignal(supervisor.pid, 'SIGTERM'));
  while (isAlive(supervisor)) await sleep(50);
  const names = processes.map(({ name }) => name).join(', ');
  console.log(`Stopped process ${supervisor.pid}${names && ` with ${names}`}.`);
  return 0;
}
