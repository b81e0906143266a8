import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Calls `check` until it neither throws nor gives undefined or false, and returns what it gave.
 * @throws what the last call threw, once `timeoutMs` has passed.
 */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  { timeoutMs = 15_000 } = {},
): Promise<Exclude<Result, undefined | false>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let failure: unknown = new Error(`It did not happen within ${timeoutMs} ms: ${check}`);
    try {
      const result = await check();
      if (result !== undefined && result !== false) {
        return result as Exclude<Result, undefined | false>;
      }
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) throw failure;
    await delay(POLL_MS);
  }
}
