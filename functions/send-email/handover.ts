import { Readable } from 'node:stream';
import { MAX_DELIVERY_MS } from './transport.ts';

/**
 * Until the server takes the mail itself, the wait for a free connection included. Below the
 * function's `exec_timeout`, so that a caller hears of a server that is slow until then.
 */
const UNTIL_DATA_MS = 8_000;

/** How far one mail has come on its way to the server. */
export interface Handover {
  /** Aborts when the stage that the mail has reached lasts too long. */
  signal: AbortSignal;
  /** The mail's bytes, on their way to the server. They are read once it wants them. */
  watch(source: Readable): Readable;
  /** True once the server may have the whole mail: from then on silence does not mean refusal. */
  isComplete(): boolean;
  /** Must be called when the delivery is over. */
  end(): void;
}

export function beginHandover(): Handover {
  const controller = new AbortController();
  const abortIn = (ms: number) => setTimeout(() => controller.abort(), ms);
  let timer = abortIn(UNTIL_DATA_MS);
  let complete = false;
  async function* passing(source: Readable) {
    clearTimeout(timer);
    timer = abortIn(MAX_DELIVERY_MS - UNTIL_DATA_MS);
    yield* source;
    complete = true;
  }
  return {
    signal: controller.signal,
    watch: (source) => Readable.from(passing(source)),
    isComplete: () => complete,
    end: () => clearTimeout(timer),
  };
}
