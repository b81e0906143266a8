import type { Driver } from '../drivers/driver.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { Refusal } from '../refusal.ts';

/** A large image over a slow line takes minutes; what takes longer than this has got stuck. */
export const LONGEST_PREPARATION_MS = 600_000;

/** Gets what functions are started from, each in its own time, until the provider ends. */
export class Preparation {
  readonly #driver: Driver;
  readonly #longest: number;
  readonly #closing = new AbortController();

  /** @param longest milliseconds. */
  constructor(driver: Driver, longest = LONGEST_PREPARATION_MS) {
    this.#driver = driver;
    this.#longest = longest;
  }

  /** @throws Refusal 400 where it cannot be had, 503 where the provider ends meanwhile. */
  async prepare(spec: FunctionSpec): Promise<void> {
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(this.#tooLong(spec)), this.#longest);
    try {
      const signal = AbortSignal.any([this.#closing.signal, tooLong.signal]);
      signal.throwIfAborted();
      await this.#driver.prepare(spec, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all of it, and lets none begin. */
  close(): void {
    this.#closing.abort(new Refusal(503, 'The provider is ending'));
  }

  #tooLong({ image }: FunctionSpec): Refusal {
    const minutes = Math.round(this.#longest / 60_000);
    return new Refusal(400, `Getting the image ${image} took longer than ${minutes} minutes`);
  }
}
