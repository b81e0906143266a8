import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Pool } from 'undici';
import type { Consumption, Driver, Instance, InstanceOptions } from '../drivers/driver.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { becomesReady, hangs } from './health.ts';
import { timeoutsOf } from './timeouts.ts';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 30_000;
/** After serving this long, the next crash counts as the first. */
const SETTLED_MS = 10_000;
/** An `init` takes seconds; a replica that is not ready by then never will be. */
export const LONGEST_START_MS = 300_000;
/** Shorter than functions keep idle connections, so that this side closes them first. */
const KEEP_ALIVE_MS = 60_000;
/** From SIGTERM to SIGKILL, after the last request: closing pools and the like. */
const CLOSE_MS = 5_000;

interface ReplicaOptions {
  readonly id: string;
  readonly spec: FunctionSpec;
  readonly driver: Driver;
  readonly log: Logger;
  readonly onLine: InstanceOptions['onLine'];
  readonly lastLineAt: InstanceOptions['lastLineAt'];
  /** Called when it becomes ready or unready, or ends. */
  readonly onChange: () => void;
  /** Milliseconds from its start until it must be ready. */
  readonly longestStart: number;
}

/** Keeps one instance of a function running until it is stopped: started, watched, restarted. */
export class Replica {
  readonly id: string;
  readonly spec: FunctionSpec;
  readonly #options: ReplicaOptions;
  readonly #stopping = new AbortController();
  readonly #supervision: Promise<void>;
  #pool: Pool | undefined;
  #instance: Instance | undefined;
  #meter = new UsageMeter();
  #inFlight = 0;
  #isFirstLife = true;
  /** Since this life was first ready; as `performance.now`. */
  #servesSince: number | undefined;
  #exitMode: 'stop' | 'leave' = 'stop';
  #onIdle: () => void = () => {};

  constructor(options: ReplicaOptions) {
    this.id = options.id;
    this.spec = options.spec;
    this.#options = options;
    this.#supervision = this.#supervise();
  }

  /** Where to send requests; undefined while it is not ready for any. */
  get pool(): Pool | undefined {
    return this.isStopping ? undefined : this.#pool;
  }

  /** Whether it starts for the first time: neither ready nor failed so far. */
  get isStarting(): boolean {
    return this.#isFirstLife && this.#servesSince === undefined && !this.isStopping;
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** What it uses; undefined if it does not run, or that is unknown. */
  async usage(): Promise<Usage | undefined> {
    const consumption = await this.#instance?.consumption();
    return consumption && this.#meter.read(consumption);
  }

  /** Counts a request as in flight until the result is called. */
  occupy(): () => void {
    this.#inFlight += 1;
    return () => {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#onIdle();
    };
  }

  /** Stops routing to it at once, and ends it once requests in flight are answered. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#supervision;
  }

  /** As `stop`, but an instance that can outlive the provider keeps running. */
  async leave(): Promise<void> {
    this.#exitMode = 'leave';
    await this.stop();
  }

  async #supervise(): Promise<void> {
    for (let failures = 0; !this.isStopping; failures += 1) {
      const reason = await this.#live();
      if (this.isStopping) break;
      this.#isFirstLife = false;
      this.#options.onChange();
      if (performance.now() - (this.#servesSince ?? Infinity) > SETTLED_MS) failures = 0;
      this.#servesSince = undefined;
      const wait = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
      this.#options.log.warn({ replica: this.id, reason, wait }, 'replica ended, restarting it');
      await this.#sleep(wait);
    }
    this.#options.onChange();
  }

  /** One life, from start to end. Never rejects. */
  async #live(): Promise<string> {
    const { driver, spec, id, onLine, lastLineAt, longestStart } = this.#options;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), longestStart);
    try {
      const signal = AbortSignal.any([this.#stopping.signal, late.signal]);
      this.#instance = await driver.start({ spec, id, onLine, lastLineAt, signal });
      this.#meter = new UsageMeter();
      return await this.#serve(this.#instance, late.signal);
    } catch (error) {
      return (error as Error).message;
    } finally {
      clearTimeout(timer);
      this.#instance = undefined;
    }
  }

  /** From its start until it ends by itself, hangs or is stopped. */
  async #serve(instance: Instance, late: AbortSignal): Promise<string> {
    const pool = new Pool(instance.origin, { keepAliveTimeout: KEEP_ALIVE_MS });
    const gone = new AbortController();
    const ended = instance.exited.then((reason) => {
      this.#setPool(undefined);
      gone.abort();
      return reason;
    });
    const over = AbortSignal.any([gone.signal, this.#stopping.signal]);
    const becameReady = await becomesReady(pool, AbortSignal.any([over, late]));
    if (becameReady) {
      this.#servesSince = performance.now();
      this.#setPool(pool);
    }
    const hung = becameReady ? await this.#hangs(pool, over) : !over.aborted;
    if (hung) this.#setPool(undefined);
    if (this.isStopping) await this.#becomesIdle();
    await pool.destroy();
    if (hung) await instance.stop(0);
    else if (this.isStopping) await instance[this.#exitMode](CLOSE_MS);
    if (!hung) return ended;
    return becameReady ? 'it did not answer its health checks' : 'it did not become ready in time';
  }

  /** Waits until it hangs (true), or the signal aborts (false). */
  async #hangs(pool: Pool, signal: AbortSignal): Promise<boolean> {
    const { healthCheck: interval } = timeoutsOf(this.spec);
    const onReadiness = (ready: boolean) => this.#setPool(ready ? pool : undefined);
    return Promise.race([aborted(signal), hangs({ pool, interval, signal, onReadiness })]);
  }

  async #becomesIdle(): Promise<void> {
    const { drain } = timeoutsOf(this.spec);
    const timer = new AbortController();
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#inFlight === 0) resolve();
    });
    const tooLate = sleep(drain, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([idle, tooLate]);
    timer.abort();
  }

  #setPool(pool: Pool | undefined): void {
    if (this.#pool === pool) return;
    this.#pool = pool;
    this.#options.onChange();
  }

  async #sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

/** Resolves with false when the signal has aborted. */
function aborted(signal: AbortSignal): Promise<false> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}

/** What a function uses, as faas-provider describes it (`FunctionUsage`). */
export interface Usage {
  /** Thousandths of a processor. */
  readonly cpu: number;
  readonly totalMemoryBytes: number;
}

/** Turns cumulative consumption into current usage. */
export class UsageMeter {
  #at = performance.now();
  #cpuSeconds = 0;

  /** Its use since the last call, or since it started. */
  read({ cpuSeconds, memoryBytes }: Consumption): Usage {
    const now = performance.now();
    const seconds = Math.max(0.001, (now - this.#at) / 1_000);
    const cpu = Math.max(0, Math.round((1_000 * (cpuSeconds - this.#cpuSeconds)) / seconds));
    this.#at = now;
    this.#cpuSeconds = cpuSeconds;
    return { cpu, totalMemoryBytes: memoryBytes };
  }
}

/** What several replicas use together. */
export function totalUsage(usages: readonly Usage[]): Usage {
  return usages.reduce(
    (total, { cpu, totalMemoryBytes }) => ({
      cpu: total.cpu + cpu,
      totalMemoryBytes: total.totalMemoryBytes + totalMemoryBytes,
    }),
    { cpu: 0, totalMemoryBytes: 0 },
  );
}
