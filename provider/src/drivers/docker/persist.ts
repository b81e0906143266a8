import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from './engine.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const GONE = 404;

/**
 * Asks the engine until it does what is asked: one that is away comes back.
 * @param signal ends it; then it rejects.
 * @throws EngineError 404: what it is asked about is there no more.
 */
export async function persist<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    try {
      return await task();
    } catch (error) {
      if (isGone(error)) throw error;
      await sleep(wait, undefined, signal && { signal });
    }
  }
}

/** Whether the engine says that what it was asked about is not there. */
export function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.status === GONE;
}
