import type { Session } from './session.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal's Ctrl-C may arrive twice, from the terminal and from npm: within this time it is one. */
const SAME_SIGNAL_MS = 500;

/**
 * Calls `stop` at the first signal that asks this process to end, `force` at a second one.
 *
 * @returns takes the handlers off again
 */
export function onStopSignals(stop: () => void, force: () => void): () => void {
  let first: number | undefined;
  const handler = () => {
    const now = Date.now();
    if (first === undefined) {
      first = now;
      stop();
    } else if (now - first > SAME_SIGNAL_MS) {
      force();
    }
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}

/**
 * Brings an instance up and runs it until a signal comes; then, and also where the bring-up fails, ends all
 * it started. A second signal kills at once.
 *
 * @param bringUp resolves when the instance is ready
 * @returns the exit code 0 where it was ready before it was ended
 * @throws what `bringUp` throws
 */
export async function superviseUntilSignal(
  session: Session,
  bringUp: () => Promise<void>,
): Promise<number> {
  let stopped = false;
  const signalled = new Promise<void>((resolve) => {
    onStopSignals(
      () => {
        stopped = true;
        console.error('Stopping …');
        resolve();
      },
      () => {
        session.supervisor.kill();
        process.exit(130);
      },
    );
  });
  const ready = bringUp();
  try {
    await Promise.race([ready, signalled]);
    if (!stopped) {
      process.send?.('ready');
      if (process.connected) process.disconnect();
      await signalled;
      return 0;
    }
    return 130;
  } finally {
    ready.catch(() => undefined);
    await session.close();
    console.error('Stopped.');
  }
}
