import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumption, Instance } from '../driver.ts';
import { type Containers, ending, retryForever } from './containers.ts';
import { followOutput } from './output.ts';

/** How long a container's last output may take to arrive. */
const LAST_WORDS_MS = 2_000;

interface ContainerInstanceOptions {
  readonly containers: Containers;
  /** The container. */
  readonly id: string;
  readonly origin: string;
  /** When the last known line was written. */
  readonly after: string | undefined;
  readonly onLine: (line: string, at: string) => void;
}

/** A running container. Once it has ended, its output is passed on and it is removed. */
export class ContainerInstance implements Instance {
  readonly origin: string;
  readonly exited: Promise<string>;
  readonly #options: ContainerInstanceOptions;
  readonly #left = new AbortController();

  constructor(options: ContainerInstanceOptions) {
    this.#options = options;
    this.origin = options.origin;
    this.exited = this.#watch().catch(() => 'was left running');
  }

  async consumption(): Promise<Consumption | undefined> {
    const { containers, id } = this.#options;
    return containers.consumption(id).catch(() => undefined);
  }

  async stop(graceMs: number): Promise<void> {
    const { containers, id } = this.#options;
    const end = () =>
      graceMs > 0 ? containers.stop(id, Math.ceil(graceMs / 1_000)) : containers.remove(id);
    await retryForever(end, this.#left.signal).catch(() => {});
    await this.exited;
  }

  async leave(): Promise<void> {
    this.#left.abort();
    await this.exited;
  }

  /** Rejects only if it is left running. */
  async #watch(): Promise<string> {
    const { containers, id } = this.#options;
    const { signal: left } = this.#left;
    const over = new AbortController();
    const output = followOutput(this.#options, over.signal, left);
    const reason = await ending(containers, id, left);
    over.abort();
    await Promise.race([output, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    await retryForever(() => containers.remove(id), left);
    return reason;
  }
}
