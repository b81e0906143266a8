import type { Logger } from '@movie-rental/runtime/logger';

/** Waiting was given up because a signal aborted; nothing failed. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Waits that many milliseconds, or until the signal aborts, whichever is first. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}

/** Resolves once the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A signal for one piece of work among many that end with the same parent. */
export interface ChildSignal {
  signal: AbortSignal;
  abort(): void;
  /** To be called once the work is over; the parent forgets it then. */
  release(): void;
}

/**
 * A signal that aborts with its parent, or by itself. `AbortSignal.any` would do, but on Node 20 it
 * leaves something behind at a parent that lives long, each time.
 */
export function childSignal(parent: AbortSignal): ChildSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (parent.aborted) abort();
  parent.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    abort,
    release: () => parent.removeEventListener('abort', abort),
  };
}

export interface Retrying {
  /** What is tried, for the log: `connecting to RabbitMQ`. */
  what: string;
  signal: AbortSignal;
  logger: Logger;
  /** Failures that are thrown on instead of waited out; none by default. */
  isFinal?: (error: unknown) => boolean;
  onFailure?: (error: unknown) => void;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Tries until it succeeds, without end, with pauses that double up to 5 s; after a try that lasted
 * longer than that they start over.
 * @throws Stopped once the signal aborts, and what `isFinal` says.
 */
export async function retryForever<Result>(
  work: () => Promise<Result>,
  { what, signal, logger, isFinal, onFailure }: Retrying,
): Promise<Result> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    if (signal.aborted) throw new Stopped(what);
    const begun = performance.now();
    try {
      return await work();
    } catch (error) {
      if (error instanceof Stopped || isFinal?.(error)) throw error;
      if (performance.now() - begun > LONGEST_WAIT_MS) wait = FIRST_WAIT_MS;
      onFailure?.(error);
      logger.warn({ err: error, wait }, `${what} failed; trying again`);
      await pause(wait * (0.5 + Math.random() / 2), signal);
    }
  }
}

/**
 * What the promise settles to, unless the signal aborts before.
 * @throws Stopped when it does; the work itself is not undone by that.
 */
export function settledOrAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const give = () => reject(new Stopped('aborted'));
    if (signal.aborted) give();
    signal.addEventListener('abort', give);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
