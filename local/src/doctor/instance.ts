import type { Instance } from '../instance/instance.ts';
import { isListening, PREFERRED_PORTS } from '../instance/ports.ts';
import type { State } from '../instance/state.ts';
import { isAlive } from '../process/identity.ts';
import { sessionMembers } from '../process/leftovers.ts';
import type { Check } from './check.ts';

/** Whether an instance runs now, or was killed and has left something. */
export function checkInstance(instance: Instance, state: State | undefined): Check {
  const check = { name: `instance ${instance.name}` };
  if (state === undefined) return { ...check, found: 'not running' };
  if (isAlive(state.supervisor)) {
    return {
      ...check,
      found: `runs already, by process ${state.supervisor.pid} (npm stop stops it)`,
    };
  }
  const running = state.processes.filter((leader) => sessionMembers(leader).length > 0);
  const left = running.map((leader) => leader.name);
  const what = left.join(', ') || 'nothing';
  return { ...check, found: `was killed and left ${what} running; the next start clears it` };
}

/** Whether the ports that `npm start` prefers are free; it replaces those that are not. */
export async function checkPorts(running: boolean): Promise<Check> {
  const name = 'ports';
  if (running) return { name, found: 'in use by the running instance' };
  const entries = Object.entries(PREFERRED_PORTS);
  const taken = await Promise.all(entries.map(([, port]) => isListening(port)));
  return { name, found: portsText(entries.filter((_entry, index) => taken[index])) };
}

/** @param taken ports that others listen on: what each was meant for, and its number */
export function portsText(taken: readonly (readonly [string, number])[]): string {
  if (taken.length === 0) return 'all preferred ones are free';
  const list = taken.map(([name, port]) => `${port} (${name})`).join(', ');
  return `taken by another program and will be replaced: ${list}`;
}
