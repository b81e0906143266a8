import type { Facts, Health, Metrics, Sample } from '@movie-rental/connector-kit';
import {
  DELAY_QUEUES,
  type RabbitSession,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
} from '@movie-rental/connector-kit/messaging';

export type Server = 'mysql' | 'gateway';
export type DelayQueue = (typeof DELAY_QUEUES)[number];
type Outcome = 'sent' | 'skipped' | 'dead_lettered';

/** The state of the notifier, as its heartbeat, probes and metrics report it. */
export interface Progress {
  /** A session that consumes, or none. */
  onSession(session: RabbitSession | undefined): void;
  /** Says what is away; `goOn` that it is there again. */
  waitFor(server: Server): void;
  goOn(server: Server): void;
  count(outcome: Outcome): void;
  /** Counts a message that goes to a delay queue. */
  countDelayed(delay: DelayQueue): void;
  facts(): Promise<Facts>;
}

export function trackProgress(health: Health): Progress {
  const counts: Record<Outcome, number> = { sent: 0, skipped: 0, dead_lettered: 0 };
  const delayed = new Map(DELAY_QUEUES.map((queue) => [queue, 0]));
  let session: RabbitSession | undefined;
  let waitingFor: Server | undefined;
  const state = () => {
    if (!session) return 'connecting';
    return waitingFor ? `waiting_for_${waitingFor}` : 'consuming';
  };
  health.unreadyBecause(() => (state() === 'consuming' ? undefined : state()));
  show(health.metrics, counts, delayed);
  return {
    onSession: (now) => {
      session = now;
    },
    waitFor: (server) => {
      waitingFor = server;
    },
    goOn: (server) => {
      if (waitingFor === server) waitingFor = undefined;
    },
    count: (outcome) => {
      counts[outcome] += 1;
    },
    countDelayed: (queue) => void delayed.set(queue, (delayed.get(queue) ?? 0) + 1),
    facts: async () => ({
      state: state(),
      ...counts,
      delayed: [...delayed.values()].reduce((sum, one) => sum + one, 0),
      lag: session && (await depths(session)),
    }),
  };
}

function show(
  metrics: Metrics,
  counts: Readonly<Record<Outcome, number>>,
  delayed: ReadonlyMap<DelayQueue, number>,
): void {
  const ended = (): Sample[] =>
    Object.entries(counts).map(([outcome, value]) => ({ labels: { outcome }, value }));
  const retried = (): Sample[] =>
    [...delayed].map(([{ delayMs }, value]) => ({
      labels: { outcome: 'retried', delay: `${delayMs / 1_000}s` },
      value,
    }));
  metrics.counter({
    name: 'notifications_total',
    help: 'Messages by what became of them; those that are tried again, by the delay before it',
    labelNames: ['outcome', 'delay'],
    read: () => [...ended(), ...retried()],
  });
}

const DEPTHS_TIMEOUT_MS = 500;

/** How many messages wait for their first or next try; undefined where the broker does not say. */
async function depths({ channel }: RabbitSession) {
  const depth = async (queue: string) => (await channel.checkQueue(queue)).messageCount;
  const asking = Promise.all(
    [SEND_EMAIL_QUEUE, SEND_EMAIL_DEAD_QUEUE, ...DELAY_QUEUES.map(({ name }) => name)].map(depth),
  );
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, DEPTHS_TIMEOUT_MS, undefined);
  });
  const found = await Promise.race([asking, silence]).catch(() => undefined);
  clearTimeout(timer);
  if (!found) return undefined;
  const [waiting = 0, dead = 0, ...delayed] = found;
  return { waiting, dead, delayed: delayed.reduce((sum, one) => sum + one, 0) };
}
