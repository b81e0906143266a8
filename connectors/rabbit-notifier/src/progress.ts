import type { Facts } from '@movie-rental/connector-kit';
import {
  DELAY_QUEUES,
  type RabbitSession,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
} from '@movie-rental/messaging';

export type Server = 'mysql' | 'gateway';
type Counted = 'sent' | 'skipped' | 'delayed' | 'dead_lettered';

/** What the notifier says of itself. */
export interface Progress {
  /** A session that consumes, or none. */
  onSession(session: RabbitSession | undefined): void;
  /** Says what is away; `goOn` that it is there again. */
  waitFor(server: Server): void;
  goOn(server: Server): void;
  count(what: Counted): void;
  facts(): Promise<Facts>;
}

export function trackProgress(): Progress {
  const counts: Record<Counted, number> = { sent: 0, skipped: 0, delayed: 0, dead_lettered: 0 };
  let session: RabbitSession | undefined;
  let waitingFor: Server | undefined;
  const state = () => {
    if (!session) return 'connecting';
    return waitingFor ? `waiting_for_${waitingFor}` : 'consuming';
  };
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
    count: (what) => {
      counts[what] += 1;
    },
    facts: async () => ({ state: state(), ...counts, lag: session && (await depths(session)) }),
  };
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
