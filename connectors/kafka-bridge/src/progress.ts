import type { Facts, Health } from '@movie-rental/connector-kit';
import { MOVIE_EVENT_TYPES } from '@movie-rental/contracts';
import { type MovieRecord, UNKNOWN } from './movie-event.ts';

/** The state of the bridge, as its heartbeat, probes and metrics report it. */
export interface Progress {
  onJoined(joined: boolean): void;
  onDatabase(reachable: boolean): void;
  /** Counts what had its effect, or was given up. */
  onHandled(records: readonly MovieRecord[]): void;
  onDeadLetter(): void;
  onLag(partition: number, lag: number): void;
  facts(): Facts;
}

export function trackProgress(health: Health): Progress {
  const handled = new Map<string, number>([...MOVIE_EVENT_TYPES, UNKNOWN].map((type) => [type, 0]));
  const lags = new Map<number, number>();
  let isJoined = false;
  let isDatabaseDown = false;
  let deadLettered = 0;
  const state = () => {
    if (!isJoined) return 'connecting';
    return isDatabaseDown ? 'database_down' : 'consuming';
  };
  health.unreadyBecause(() => (state() === 'consuming' ? undefined : state()));
  show(health, { handled, lags, deadLettered: () => deadLettered });
  return {
    onJoined: (joined) => {
      isJoined = joined;
      // Partitions may have gone to another member, who tells their lag from now on.
      lags.clear();
    },
    onDatabase: (reachable) => {
      isDatabaseDown = !reachable;
    },
    onHandled: (records) => {
      for (const { type } of records) handled.set(type, (handled.get(type) ?? 0) + 1);
    },
    onDeadLetter: () => {
      deadLettered += 1;
    },
    onLag: (partition, lag) => lags.set(partition, lag),
    facts: () => ({
      state: state(),
      applied: sumOf(handled),
      dead_lettered: deadLettered,
      lag: sumOf(lags),
    }),
  };
}

function sumOf(numbers: ReadonlyMap<unknown, number>): number {
  return [...numbers.values()].reduce((sum, one) => sum + one, 0);
}

interface Counts {
  handled: ReadonlyMap<string, number>;
  lags: ReadonlyMap<number, number>;
  deadLettered(): number;
}

function show({ metrics }: Health, { handled, lags, deadLettered }: Counts): void {
  metrics.counter({
    name: 'movie_events_handled_total',
    help: 'Movie events that had their effect or were given up',
    labelNames: ['type'],
    read: () => [...handled].map(([type, value]) => ({ labels: { type }, value })),
  });
  metrics.counter({
    name: 'movie_events_dead_lettered_total',
    help: 'Movie events that could never be applied and became dead letters',
    read: () => [{ value: deadLettered() }],
  });
  metrics.gauge({
    name: 'movie_events_lag',
    help: 'Events of a partition that are not handled yet, as of its last batch',
    labelNames: ['partition'],
    read: () =>
      [...lags].map(([partition, value]) => ({ labels: { partition: `${partition}` }, value })),
  });
}
