import type { FunctionSpec } from '../functions/spec.ts';

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
  /** Resolves once it has ended, with how it ended, in words. */
  readonly exited: Promise<string>;
  /** What it has consumed; undefined where that cannot be known. Never rejects. */
  consumption(): Promise<Consumption | undefined>;
  /**
   * Asks it to end, makes it end where it does not within `graceMs`, and waits for that.
   * It is called when no request is in flight any more, or none will be waited for.
   */
  stop(graceMs: number): Promise<void>;
}

/** What a driver is asked to start. */
export interface InstanceOptions {
  readonly spec: FunctionSpec;
  /** Names this replica; unique among all that run. */
  readonly id: string;
  /** Called with each line that it writes to its standard output or error. */
  readonly onLine: (line: string) => void;
  /** Aborts when it is no longer wanted, which may be before it has started. */
  readonly signal: AbortSignal;
}

/** How replicas come to be: as processes, or as containers. */
export interface Driver {
  /**
   * Looks whether a function could be started at all.
   * @throws Refusal that says what is missing and how to mend it.
   */
  check(spec: FunctionSpec): Promise<void>;
  /** Starts a replica. Rejects where it ends before it listens. */
  start(options: InstanceOptions): Promise<Instance>;
}
