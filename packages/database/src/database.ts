import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { CommitUnknownError, isRepeatable } from './errors.ts';

/** What a placeholder may stand for. Objects are refused by type: they would become SQL. */
export type Value = string | number | bigint | boolean | Date | Buffer | null | readonly Value[];

export interface Sql {
  /** All rows of a SELECT. Times arrive as Date, BIGINTs as numbers where they fit. */
  rows<Row>(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** The first row, or undefined. */
  first<Row>(sql: string, values?: readonly Value[]): Promise<Row | undefined>;
  /** A statement that writes. */
  run(sql: string, values?: readonly Value[]): Promise<{ affectedRows: number; insertId: number }>;
}

export interface Transaction extends Sql {
  /** MySQL's clock, to the second, read once: a transaction's decisions are made at one moment. */
  now(): Promise<Date>;
}

export interface Database extends Sql {
  /**
   * Runs `work` in one transaction at READ COMMITTED: commits when it resolves, rolls back when it
   * rejects. A deadlock, a lock time-out or a connection lost before the commit repeats the whole of
   * it, a bounded number of times, so `work` must have no other effects.
   *
   * @throws CommitUnknownError when the connection is lost during the commit itself.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const MAX_ATTEMPTS = 5;
/** No attempt begins later than this after the first. */
const MAX_REPEATING_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
const QUEUED_REQUESTS_PER_CONNECTION = 50;

/**
 * Every session is in UTC, since the schema computes the end of a rental in the session's zone, and
 * at READ COMMITTED, since a snapshot opened before a lock was won would count what is gone.
 */
const SESSION = `SET SESSION time_zone = '+00:00', SESSION transaction_isolation = 'READ-COMMITTED',
  SESSION innodb_lock_wait_timeout = 5`;

/**
 * A pool of connections to the database that `url` names (`mysql://user:password@host:port/name`).
 * It connects on first use. The number of replicas times `connections` must stay below the server's
 * `max_connections`.
 */
export function openDatabase(url: string, connections = 8): Database {
  const pool = createPool({
    uri: url,
    connectionLimit: connections,
    queueLimit: connections * QUEUED_REQUESTS_PER_CONNECTION,
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4_unicode_ci',
    timezone: 'Z',
    supportBigNumbers: true,
    decimalNumbers: true,
    stringifyObjects: true,
  });
  // Queued ahead of the first statement of the pool's user, so no session runs without it.
  pool.pool.on('connection', (connection) => {
    connection.query(SESSION, (error: unknown) => error && connection.destroy());
  });
  return {
    ...statements(pool),
    transaction: (work) => repeat(() => once(pool, work)),
    close: () => pool.end(),
  };
}

function statements(connection: Pick<Pool, 'query'>): Sql {
  const rows = async <Row>(sql: string, values: readonly Value[] = []) =>
    (await connection.query<RowDataPacket[]>(sql, [...values]))[0] as Row[];
  return {
    rows,
    first: async <Row>(sql: string, values?: readonly Value[]) => (await rows<Row>(sql, values))[0],
    run: async (sql, values = []) => {
      const [result] = await connection.query<ResultSetHeader>(sql, [...values]);
      return { affectedRows: result.affectedRows, insertId: result.insertId };
    },
  };
}

async function repeat<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + MAX_REPEATING_MS;
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count === MAX_ATTEMPTS || Date.now() > deadline || !isRepeatable(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** count));
    }
  }
}

async function once<Result>(pool: Pool, work: (tx: Transaction) => Promise<Result>) {
  const connection = await pool.getConnection();
  try {
    await connection.query('START TRANSACTION');
    const result = await work(transactionOn(connection));
    await commit(connection);
    connection.release();
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

function transactionOn(connection: PoolConnection): Transaction {
  const sql = statements(connection);
  let now: Promise<Date> | undefined;
  const readClock = async () => {
    const [row] = await sql.rows<{ now: Date }>('SELECT NOW() AS now');
    if (!row) throw new Error('MySQL did not tell the time');
    return row.now;
  };
  return {
    ...sql,
    now: () => {
      now ??= readClock();
      return now;
    },
  };
}

async function commit(connection: PoolConnection) {
  try {
    await connection.commit();
  } catch (error) {
    throw new CommitUnknownError(error);
  }
}

/** A pool hands on a connection as it is: one that may still be in a transaction has to go. */
async function rollBack(connection: PoolConnection) {
  try {
    await connection.rollback();
    connection.release();
  } catch {
    connection.destroy();
  }
}
