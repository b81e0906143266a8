import { createMetrics, type Metrics } from './metrics.ts';

/** A piece of work that must get on. */
export interface Watched {
  /** It got on, or one try of it ended, even if it failed. */
  movesOn(): void;
  end(): void;
}

/**
 * The health of a connector. Each part of it reports here, and from here the probes and the metrics
 * are answered.
 */
export interface Health {
  readonly metrics: Metrics;
  /** Names what is asked why the connector does not do its work now; undefined: it does. */
  unreadyBecause(ask: () => string | undefined): void;
  /** Notes whether the heartbeat could be written, which is how the loss of MySQL shows at rest. */
  heartbeat(written: boolean): void;
  /** Watches work from here on until its end. */
  watch(): Watched;
  /** Why the connector takes no part in the work; undefined if it does. */
  whyUnready(): string | undefined;
  /**
   * Whether work in hand has not moved for so long that it never will. Waiting for a server is
   * moving on, since each try ends: an outage is no reason to restart the process.
   */
  isStuck(): boolean;
}

/** Longer than a message may be held, and than any one try lasts. */
const STUCK_AFTER_MS = 900_000;
/** A heartbeat also takes as long as counting what waits, which may be much. */
const HEARTBEAT_VALID_MS = 30_000;

/** @param signal aborts when the process drains. */
export function createHealth(signal: AbortSignal): Health {
  const metrics = createMetrics();
  const inHand = new Map<symbol, number>();
  let beat: { at: number; written: boolean } | undefined;
  let lastWritten: number | undefined;
  let ask: () => string | undefined = () => 'starting';

  const stalledMs = () => {
    const now = performance.now();
    return now - Math.min(now, ...inHand.values());
  };
  const whyUnready = () => {
    if (signal.aborted) return 'draining';
    const reason = ask();
    if (reason !== undefined) return reason;
    const isValid = beat?.written && ageOf(beat.at) < HEARTBEAT_VALID_MS;
    return isValid ? undefined : 'mysql: the heartbeat cannot be written';
  };
  showHealth(metrics, {
    ready: () => (whyUnready() === undefined ? 1 : 0),
    inHand: () => inHand.size,
    stalledMs,
    heartbeatMs: () => (lastWritten === undefined ? undefined : ageOf(lastWritten)),
  });
  return {
    metrics,
    unreadyBecause: (asked) => {
      ask = asked;
    },
    heartbeat: (written) => {
      beat = { at: performance.now(), written };
      if (written) lastWritten = beat.at;
    },
    watch: () => {
      const work = Symbol('work');
      const movesOn = () => void inHand.set(work, performance.now());
      movesOn();
      return { movesOn, end: () => void inHand.delete(work) };
    },
    whyUnready,
    isStuck: () => stalledMs() > STUCK_AFTER_MS,
  };
}

function ageOf(moment: number): number {
  return performance.now() - moment;
}

interface Readings {
  ready(): number;
  inHand(): number;
  stalledMs(): number;
  heartbeatMs(): number | undefined;
}

function showHealth(metrics: Metrics, { ready, inHand, stalledMs, heartbeatMs }: Readings): void {
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    metrics.gauge({
      name,
      help,
      read: () => {
        const value = read();
        return value === undefined ? [] : [{ value }];
      },
    });
  const seconds = (ms: number | undefined) => ms && ms / 1_000;
  gauge('connector_ready', 'Whether the connector does its work: 1, or 0', ready);
  gauge('connector_work_in_hand', 'Pieces of work begun and not ended', inHand);
  gauge(
    'connector_work_stalled_seconds',
    'How long the piece of work that has waited longest has not moved on',
    () => seconds(stalledMs()),
  );
  gauge('connector_heartbeat_age_seconds', 'Time since the heartbeat was last written', () =>
    seconds(heartbeatMs()),
  );
}
