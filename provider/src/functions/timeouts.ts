import { parseDuration } from 'node18-typescript/duration';
import type { FunctionSpec } from '../function-spec.ts';
import { Refusal } from '../refusal.ts';

/** The watchdog's default. */
const WATCHDOG_DEFAULT = '10s';
/** The function's own limits pass first, so that the function answers. */
const MARGIN_MS = 2_000;
/** How long a function that limits nothing is given to finish. */
const LONGEST_DRAIN_MS = 60_000;

/** How long the provider waits for a function; milliseconds, 0 is forever. */
export interface Timeouts {
  /** For the head of an answer. */
  readonly answer: number;
  /** For the next piece of an answer's body. */
  readonly body: number;
  /** For the requests in flight at a replica that is stopping. */
  readonly drain: number;
  /** From one health check to the next. */
  readonly healthCheck: number;
}

/**
 * Derived from the function's own `read_timeout`, `exec_timeout`, `write_timeout` and
 * `healthcheck_interval`, so that the limits along the path of a request cannot disagree.
 * @throws Refusal 400 for one that is not a duration.
 */
export function timeoutsOf(spec: FunctionSpec): Timeouts {
  const [read, exec, write] = (['read_timeout', 'exec_timeout', 'write_timeout'] as const).map(
    (name) => duration(spec, name),
  ) as [number, number, number];
  const interval = duration(spec, 'healthcheck_interval');
  return {
    answer: read === 0 || exec === 0 ? 0 : read + exec + MARGIN_MS,
    body: write === 0 ? 0 : write + MARGIN_MS,
    drain: exec === 0 || write === 0 ? LONGEST_DRAIN_MS : exec + write + MARGIN_MS,
    // 0 means to end at once, not to check without a pause.
    healthCheck: interval || parseDuration(WATCHDOG_DEFAULT),
  };
}

function duration({ envVars }: FunctionSpec, name: string): number {
  try {
    return parseDuration(envVars[name] || WATCHDOG_DEFAULT);
  } catch (error) {
    throw new Refusal(400, `${name}: ${(error as Error).message}`);
  }
}
