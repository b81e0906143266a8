import {
  type Connections,
  type Execute,
  type Lent,
  openConnections,
  type Value,
} from './connections.ts';
import { CommitUnknownError, isAnswer, isRepeatable } from './errors.ts';

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
   * @throws CommitUnknownError when no answer comes to the commit itself.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /**
   * How long a statement may take until its connection counts as lost. The default is longer than
   * the wait for a lock, and leaves a function the time to try once more before it must answer.
   */
  statementTimeoutMs?: number;
}

const MAX_ATTEMPTS = 5;
/** No attempt begins later than this after the first. */
const MAX_REPEATING_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 7_000;

/**
 * A pool of connections to the database that `url` names (`mysql://user:password@host:port/name`).
 * It connects on first use. The number of replicas times `connections` must stay below the server's
 * `max_connections`.
 */
export function openDatabase(
  url: string,
  connections = 8,
  { statementTimeoutMs = STATEMENT_TIMEOUT_MS }: DatabaseOptions = {},
): Database {
  const pool = openConnections({ url, limit: connections, statementTimeoutMs });
  return {
    ...sqlBy((sql, values) => pool.lend(({ execute }) => execute(sql, values))),
    transaction: (work) => repeat(() => once(pool, work)),
    close: () => pool.close(),
  };
}

/** Lends a database of one connection to `work`, and closes it in any case. */
export async function withDatabase<Result>(
  url: string,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase(url, 1);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
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

function once<Result>(pool: Connections, work: (tx: Transaction) => Promise<Result>) {
  return pool.lend(async (lent) => {
    try {
      await lent.execute('START TRANSACTION', []);
      const result = await work(transactionOn(lent.execute));
      await commit(lent);
      return result;
    } catch (error) {
      await rollBack(lent);
      throw error;
    }
  });
}

function transactionOn(execute: Execute): Transaction {
  const sql = sqlBy(execute);
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

/** What the server says of a commit is certain; only without an answer it may have happened. */
async function commit({ execute }: Lent) {
  try {
    await execute('COMMIT', []);
  } catch (error) {
    throw isAnswer(error) ? error : new CommitUnknownError(error);
  }
}

/** A pool hands on a connection as it is: one that may still be in a transaction has to go. */
async function rollBack({ execute, discard }: Lent) {
  try {
    await execute('ROLLBACK', []);
  } catch {
    discard();
  }
}

function sqlBy(execute: Execute): Sql {
  const rows = async <Row>(sql: string, values: readonly Value[] = []) =>
    (await execute(sql, values)) as Row[];
  return {
    rows,
    first: async <Row>(sql: string, values?: readonly Value[]) => (await rows<Row>(sql, values))[0],
    run: async (sql, values = []) => {
      const result = (await execute(sql, values)) as { affectedRows: number; insertId: number };
      return { affectedRows: result.affectedRows, insertId: result.insertId };
    },
  };
}

/** A condition of a WHERE clause with the values of its placeholders. */
export type Condition = readonly [sql: string, ...values: Value[]];

/** The conjunction of conditions; TRUE if there are none. */
export function allOf(conditions: readonly Condition[]): { where: string; values: Value[] } {
  return {
    where: conditions.map(([sql]) => sql).join(' AND ') || 'TRUE',
    values: conditions.flatMap(([, ...values]) => values),
  };
}
