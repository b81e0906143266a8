import { hostname } from 'node:os';
import type { Sql } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import type { Health } from './health.ts';
import { pause } from './waiting.ts';

/** What a connector says of itself: state, lag, counts. Becomes JSON. */
export type Facts = Readonly<Record<string, unknown>>;

interface HeartbeatOptions {
  component: string;
  logger: Logger;
  health: Health;
  facts: () => Facts | Promise<Facts>;
}

export interface Heartbeat {
  /** Ends it and takes its row away, so that a connector that was stopped is not taken for a dead one. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 1_000;
const MAX_INSTANCE = 64;

/** Writes the connector's facts to `heartbeat` every second, with MySQL's time. */
export function startHeartbeat(database: Sql, options: HeartbeatOptions): Heartbeat {
  const { component, logger, health } = options;
  const instance = `${process.pid}@${hostname()}`.slice(0, MAX_INSTANCE);
  const stopping = new AbortController();

  async function beat(): Promise<void> {
    const facts = JSON.stringify(await options.facts());
    await database.run(
      `INSERT INTO heartbeat (component, instance, at, facts)
       VALUES (?, ?, CURRENT_TIMESTAMP(3), ?)
       ON DUPLICATE KEY UPDATE at = CURRENT_TIMESTAMP(3), facts = ?`,
      [component, instance, facts, facts],
    );
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const failure = await beat().catch((error: Error) => error);
      health.heartbeat(!failure);
      if (failure) logger.debug({ err: failure }, 'no heartbeat');
      await pause(INTERVAL_MS, stopping.signal);
    }
    await forget(database, component, instance).catch(() => {});
  }

  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Takes away this instance's row, and those of instances that died long ago. */
async function forget(database: Sql, component: string, instance: string): Promise<void> {
  await database.run(
    `DELETE FROM heartbeat WHERE component = ?
     AND (instance = ? OR at < CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY)`,
    [component, instance],
  );
}
