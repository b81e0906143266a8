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
  /** Resolves once it has ended or was left running, with a description of how. Never rejects. */
  readonly exited: Promise<string>;
  /** What it has consumed; undefined if that is unknown. Never rejects. */
  consumption(): Promise<Consumption | undefined>;
  /**
   * Asks it to end, kills it after `graceMs`, and waits until it has ended.
   * Called when no request is in flight, or the wait for them is over.
   */
  stop(graceMs: number): Promise<void>;
  /**
   * The provider ends: an instance that cannot outlive it is stopped; another keeps running, and
   * the next provider finds it through `Driver.recover`.
   */
  leave(graceMs: number): Promise<void>;
}

/** What a driver is asked to start. */
export interface InstanceOptions {
  readonly spec: FunctionSpec;
  /** Names this replica; unique among all that run. */
  readonly id: string;
  /**
   * Called with each line that it writes to standard output or error, and with the time of writing
   * (RFC 3339, UTC) if the driver knows it; otherwise that is now.
   */
  readonly onLine: (line: string, at?: string) => void;
  /** When the last line that `onLine` received for this replica was written. */
  readonly lastLineAt: () => Promise<string | undefined>;
  /** Aborts when it is no longer wanted, maybe before it has started. */
  readonly signal: AbortSignal;
}

/** Starts replicas, as processes or as containers. */
export interface Driver {
  /**
   * Checks quickly whether a function could be started, apart from what `prepare` fetches.
   * @throws Refusal that says what is missing and how to fix it.
   */
  check(spec: FunctionSpec): Promise<void>;
  /**
   * Fetches what a function is started from, which may take minutes.
   * @param signal ends it; then it rejects with the signal's reason.
   * @throws Refusal that says why it is unavailable and how to fix it.
   */
  prepare(spec: FunctionSpec, signal: AbortSignal): Promise<void>;
  /**
   * Finds the replicas that an earlier run of the provider left running with just these
   * specifications, and removes everything else it left.
   * @returns their ids, by their functions' names; `start` with such an id takes one over.
   */
  recover(specs: readonly FunctionSpec[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Starts a replica, or takes it over. Rejects if it ends before it listens. */
  start(options: InstanceOptions): Promise<Instance>;
}
