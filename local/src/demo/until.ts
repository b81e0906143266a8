import { setTimeout as sleep } from 'node:timers/promises';
import { TourFailed } from './tour-failed.ts';

const POLL_MS = 10;
const PATIENCE_MS = 20_000;

/**
 * Asks again and again until there is an answer.
 *
 * @param what is waited for, to end the sentence “… within 20 s”
 * @param lookAt the command that shows more where it does not come
 * @throws TourFailed after 20 s, and what `ask` throws.
 */
export async function until<T>(
  what: string,
  lookAt: string,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) {
      throw new TourFailed(`${what} within ${PATIENCE_MS / 1000} s`, lookAt);
    }
    await sleep(POLL_MS);
  }
}
