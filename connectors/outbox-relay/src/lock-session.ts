import { createHash } from 'node:crypto';
import type { Sql, Value } from '@movie-rental/mysql';
import {
  type Connection,
  createConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';

/** One MySQL session that holds a lock and does all the work that the lock stands for. */
export interface LockSession extends Pick<Sql, 'rows' | 'run'> {
  /** Aborts when the session is gone, and the lock with it. */
  lost: AbortSignal;
  /** Waits for the lock for at most a second; true once it is held. */
  acquire(name: string): Promise<boolean>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 3_000;
const PING_MS = 1_000;
const ACQUIRE_SECONDS = 1;

/**
 * The server ends a session that is silent for so long, and frees its lock. It is longer than a
 * ping, its time-out and the gap before it together: the holder of a session that cannot be reached
 * knows that it has lost the lock before anyone else can win it.
 */
const SILENCE_SECONDS = 6;

const SESSION = `SET SESSION time_zone = '+00:00', SESSION wait_timeout = ${SILENCE_SECONDS},
  SESSION transaction_isolation = 'READ-COMMITTED'`;

/** Opens a session of its own to the database that `url` names. */
export async function openLockSession(url: string): Promise<LockSession> {
  const connection = await createConnection({
    uri: url,
    connectTimeout: CONNECT_TIMEOUT_MS,
    timezone: 'Z',
    supportBigNumbers: true,
  });
  const losing = new AbortController();
  const lose = () => {
    clearInterval(pinging);
    losing.abort();
    connection.destroy();
  };
  connection.on('error', lose);
  connection.on('end', lose);
  const sql = statements(connection, lose);
  const pinging = setInterval(() => sql.run('DO 1').catch(lose), PING_MS);
  await sql.run(SESSION);
  return {
    ...sql,
    lost: losing.signal,
    acquire: async (name) => {
      const answers = await sql.rows<{ won: number }>('SELECT GET_LOCK(?, ?) AS won', [
        name,
        ACQUIRE_SECONDS,
      ]);
      return answers[0]?.won === 1;
    },
    close: lose,
  };
}

/** A statement that fails leaves the session in doubt, so it ends. */
function statements(connection: Connection, lose: () => void): Pick<Sql, 'rows' | 'run'> {
  const query = async <Result extends RowDataPacket[] | ResultSetHeader>(
    sql: string,
    values: readonly Value[] = [],
  ) => {
    try {
      const options = { sql, values: [...values], timeout: QUERY_TIMEOUT_MS };
      return (await connection.query<Result>(options))[0];
    } catch (error) {
      lose();
      throw error;
    }
  };
  return {
    rows: async <Row>(sql: string, values?: readonly Value[]) =>
      (await query<RowDataPacket[]>(sql, values)) as Row[],
    run: async (sql, values) => {
      const { affectedRows, insertId } = await query<ResultSetHeader>(sql, values);
      return { affectedRows, insertId };
    },
  };
}

const MAX_LOCK_NAME = 64;

/**
 * The name of a destination's lock. Locks are the server's, not the database's, so it holds the
 * database's name; one that is too long for that goes in as a digest.
 */
export function lockName(url: string, aggregate: string): string {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const name = `relay:${aggregate}:${database}`;
  if (name.length <= MAX_LOCK_NAME) return name;
  const digest = createHash('sha256').update(database).digest('hex').slice(0, 40);
  return `relay:${aggregate}:${digest}`;
}
