import { constants } from 'node:os';
import type { Containers, State } from './containers.ts';
import { isGone, persist } from './persist.ts';

/** What a shell, and the engine, add to the number of the signal that ended a process. */
const BY_SIGNAL = 128;

/**
 * Waits until a container has ended, however long the engine is away meanwhile.
 * @returns how it ended, in words. Rejects only where `signal` ends the wait.
 */
export async function ending(
  containers: Containers,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await persist(async () => {
      await containers.wait(id, signal);
      const { state } = await containers.inspect(id);
      // An engine that ends breaks its answers off as if they were over.
      if (state.Running) throw new Error('It runs');
      return howItEnded(state);
    }, signal);
  } catch (error) {
    if (isGone(error)) return 'was removed';
    throw error;
  }
}

/** How a container ended, in words. */
export function howItEnded({ ExitCode, OOMKilled, Error: fault }: State): string {
  if (OOMKilled) return 'ran out of the memory that its limit allows (OOM killed)';
  if (fault !== '') return `could not be started: ${fault}`;
  const signals = Object.entries(constants.signals);
  const [signal] = signals.find(([, number]) => BY_SIGNAL + number === ExitCode) ?? [];
  return signal ? `ended by ${signal}` : `exited with ${ExitCode}`;
}
