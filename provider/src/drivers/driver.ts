import type { FunctionSpec } from '../function-spec.ts';

/** What a replica has consumed since it started. */
export interface Consumption {
  readonly cpuSeconds: number;
  /** Its resident memory now. */
  readonly memoryBytes: number;
}

/** One started replica of a function, which may not be ready yet. */
export interface Instance {
  /** Where it serves, e.g. `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** Resolves once it has ended or was left, with how, in words. Never rejects. */
  readonly exited: Promise<string>;
  /** What it has consumed; undefined where that cannot be known. Never rejects. */
  consumption(): Promise<Consumption | undefined>;
  /**
   * Asks it to end, makes it end where it does not within `graceMs`, and waits for that.
   * It is called when no request is in flight any more, or none will be waited for.
   */
  stop(graceMs: number): Promise<void>;
  /**
   * The provider ends: one that cannot outlive it is stopped as by `stop`; one that can goes on
   * without it, and the next provider finds it by `Driver.recover`.
   */
  leave(graceMs: number): Promise<void>;
}

/** What a driver is asked to start. */
export interface InstanceOptions {
  readonly spec: FunctionSpec;
  /** Names this replica; unique among all that run. */
  readonly id: string;
  /**
   * Called with each line that it writes to its standard output or error, and when it was written
   * where the driver knows better than that it is now: RFC 3339, UTC.
   */
  readonly onLine: (line: string, at?: string) => void;
  /** When the last line was written that `onLine` was ever called with for this replica. */
  readonly lastLineAt: () => Promise<string | undefined>;
  /** Aborts when it is no longer wanted, which may be before it has started. */
  readonly signal: AbortSignal;
}

/** How replicas come to be: as processes, or as containers. */
export interface Driver {
  /**
   * Looks whether a function could be started, apart from what `prepare` gets. It takes no time.
   * @throws Refusal that says what is missing and how to mend it.
   */
  check(spec: FunctionSpec): Promise<void>;
  /**
   * Gets what a function is started from, which may take minutes.
   * @param signal ends it; then it rejects with the signal's reason.
   * @throws Refusal that says why it cannot be had and how to mend it.
   */
  prepare(spec: FunctionSpec, signal: AbortSignal): Promise<void>;
  /**
   * Finds the replicas that an earlier run of the provider left running with just these
   * specifications, and takes away whatever else it left.
   * @returns their ids, by their functions' names; `start` with such an id takes one over.
   */
  recover(specs: readonly FunctionSpec[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Starts a replica, or takes it over. Rejects where it ends before it listens. */
  start(options: InstanceOptions): Promise<Instance>;
}
