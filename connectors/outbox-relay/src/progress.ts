import type { Facts, Health, Sample } from '@movie-rental/connector-kit';
import type { Aggregate, Backlogs } from './outbox-sql.ts';
import type { RelayState } from './relay-aggregate.ts';

/** The state of one aggregate's loop, as its heartbeat reports it. */
interface LoopProgress {
  state: RelayState;
  published: number;
  dead_lettered: number;
}

/** The state of the relay, as its heartbeat, probes and metrics report it. */
export interface Progress {
  onState(aggregate: Aggregate, state: RelayState): void;
  onPublished(aggregate: Aggregate, rows: number): void;
  onDeadLetter(aggregate: Aggregate): void;
  /** Whether every loop has its place: it publishes, or stands by for one that does. */
  isReady(): boolean;
  /** Reads again what is waiting. */
  facts(): Promise<Facts>;
}

const IN_PLACE: ReadonlySet<RelayState> = new Set(['publishing', 'standby']);
const NOTHING_WAITS = { rows: 0, oldest_ms: 0 };

/**
 * @param aggregates those that are relayed
 * @param readBacklog asks MySQL what waits in the outbox.
 */
export function trackProgress(
  health: Health,
  aggregates: readonly Aggregate[],
  readBacklog: () => Promise<Backlogs>,
): Progress {
  const loops = new Map(aggregates.map((aggregate) => [aggregate, nothingYet()]));
  let waiting: Backlogs | undefined;
  const lagOf = (aggregate: Aggregate) => waiting && (waiting[aggregate] ?? NOTHING_WAITS);
  const readWaiting = async () => {
    try {
      waiting = await readBacklog();
    } catch (error) {
      waiting = undefined;
      throw error;
    }
  };
  const outOfPlace = () => [...loops].filter(([, { state }]) => !IN_PLACE.has(state));
  const change = (aggregate: Aggregate, by: (loop: LoopProgress) => void) => {
    const loop = loops.get(aggregate);
    if (loop) by(loop);
  };
  health.unreadyBecause(() => {
    const states = outOfPlace().map(([aggregate, { state }]) => `${aggregate}: ${state}`);
    return states.length > 0 ? states.join(', ') : undefined;
  });
  show(health, loops, lagOf);
  return {
    onState: (aggregate, state) =>
      change(aggregate, (loop) => {
        loop.state = state;
      }),
    onPublished: (aggregate, rows) =>
      change(aggregate, (loop) => {
        loop.published += rows;
      }),
    onDeadLetter: (aggregate) =>
      change(aggregate, (loop) => {
        loop.dead_lettered += 1;
      }),
    isReady: () => outOfPlace().length === 0,
    facts: async () => {
      await readWaiting();
      return Object.fromEntries(
        [...loops].map(([aggregate, loop]) => [aggregate, { ...loop, lag: lagOf(aggregate) }]),
      );
    },
  };
}

function nothingYet(): LoopProgress {
  return { state: 'connecting', published: 0, dead_lettered: 0 };
}

function show(
  { metrics }: Health,
  loops: ReadonlyMap<Aggregate, LoopProgress>,
  lagOf: (aggregate: Aggregate) => { rows: number; oldest_ms: number } | undefined,
): void {
  const labelNames = ['aggregate'];
  type Read = (aggregate: Aggregate, loop: LoopProgress) => number | undefined;
  const byAggregate = (read: Read) => (): Sample[] =>
    [...loops].flatMap(([aggregate, loop]) => {
      const value = read(aggregate, loop);
      return value === undefined ? [] : [{ labels: { aggregate }, value }];
    });
  metrics.gauge({
    name: 'outbox_rows_waiting',
    help: 'Rows that wait to be published; absent while MySQL does not tell',
    labelNames,
    read: byAggregate((aggregate) => lagOf(aggregate)?.rows),
  });
  metrics.gauge({
    name: 'outbox_oldest_row_age_seconds',
    help: 'Age of the row that has waited longest, 0 where none does',
    labelNames,
    read: byAggregate((aggregate) => {
      const lag = lagOf(aggregate);
      return lag && lag.oldest_ms / 1_000;
    }),
  });
  metrics.counter({
    name: 'outbox_published_total',
    help: 'Rows published, confirmed by the broker and deleted',
    labelNames,
    read: byAggregate((_, { published }) => published),
  });
  metrics.counter({
    name: 'outbox_dead_lettered_total',
    help: 'Rows that could not be published and became dead letters',
    labelNames,
    read: byAggregate((_, { dead_lettered }) => dead_lettered),
  });
}
