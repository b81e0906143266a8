import { createPool, type Pool, type PoolConnection } from 'mysql2/promise';
import { isAnswer } from './errors.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const QUEUED_REQUESTS_PER_CONNECTION = 50;
/** Without it an idle connection whose peer is gone is noticed only by whoever uses it next. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * Every session is in UTC, since the schema computes the end of a rental in the session's zone, and
 * at READ COMMITTED, since a snapshot opened before a lock was won would count what is gone.
 */
const SESSION = `SET SESSION time_zone = '+00:00', SESSION transaction_isolation = 'READ-COMMITTED',
  SESSION innodb_lock_wait_timeout = 5`;

/** What a placeholder may stand for. Objects are refused by type: they would become SQL. */
export type Value = string | number | bigint | boolean | Date | Buffer | null | readonly Value[];

/** Executes one statement and gives what the server answers: rows, or what a write did. */
export type Execute = (sql: string, values: readonly Value[]) => Promise<unknown>;

/** A connection while it is lent. */
export interface Lent {
  execute: Execute;
  /** Ends the connection, so that it is not lent again. */
  discard(): void;
}

export interface Connections {
  /**
   * Lends a connection to `work` alone while it runs. One on which a statement got no answer in time
   * is not lent again: a late answer would be taken for another statement's.
   */
  lend<Result>(work: (lent: Lent) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

interface ConnectionsOptions {
  url: string;
  limit: number;
  statementTimeoutMs: number;
}

/** At most `limit` connections, each opened when it is first needed. */
export function openConnections(options: ConnectionsOptions): Connections {
  const pool = poolOf(options);
  const prepared = new WeakSet<object>();
  return {
    lend: async (work) => {
      const connection = await pool.getConnection();
      const lent = lend(connection, options.statementTimeoutMs);
      if (!prepared.has(connection.connection)) {
        await prepare(lent);
        prepared.add(connection.connection);
      }
      try {
        return await work(lent);
      } finally {
        lent.giveBack();
      }
    },
    close: () => pool.end(),
  };
}

function poolOf({ url, limit }: ConnectionsOptions): Pool {
  return createPool({
    uri: url,
    connectionLimit: limit,
    queueLimit: limit * QUEUED_REQUESTS_PER_CONNECTION,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
    charset: 'utf8mb4_unicode_ci',
    timezone: 'Z',
    supportBigNumbers: true,
    decimalNumbers: true,
    stringifyObjects: true,
  });
}

function lend(connection: PoolConnection, timeout: number): Lent & { giveBack(): void } {
  let gone = false;
  const discard = () => {
    gone = true;
    connection.destroy();
  };
  return {
    discard,
    giveBack: () => gone || connection.release(),
    execute: async (sql, values) => {
      try {
        const [result] = await connection.query({ sql, values: [...values], timeout });
        return result;
      } catch (error) {
        if (!isAnswer(error)) discard();
        throw error;
      }
    },
  };
}

/** No statement runs in a session without these settings. */
async function prepare({ execute, discard }: Lent): Promise<void> {
  try {
    await execute(SESSION, []);
  } catch (error) {
    discard();
    throw error;
  }
}
