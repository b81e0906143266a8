import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Connection,
  createConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { Umzug } from 'umzug';
import { isAnswer } from './errors.ts';

const LOCK_WAIT_SECONDS = 120;
/** A statement may rebuild a table of millions of rows. */
const STATEMENT_TIMEOUT_MS = 6 * 3_600_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * Applies the migrations of `folder` that a database has not seen, in the order of their names.
 * Two appliers at once are safe: the second waits, and finds nothing left to do. The database is
 * made where it does not exist.
 *
 * @returns the names that were applied.
 * @throws Error if something that a migration is to make is there already, made by someone else.
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const connection = await connect(url, database);
  try {
    await lock(connection, database);
    const applied = await migrations(connection, folder).up();
    return applied.map(({ name }) => name);
  } finally {
    // Closing the session also frees its lock. A farewell could wait for an answer that never comes.
    connection.destroy();
  }
}

async function connect(url: string, database: string): Promise<Connection> {
  const server = new URL(url);
  server.pathname = '/';
  const connection = await createConnection({
    uri: server.href,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
  });
  await connection.query("SET SESSION time_zone = '+00:00'");
  const name = connection.escapeId(database);
  await connection.query(
    `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  );
  await connection.query(`USE ${name}`);
  return connection;
}

/** GET_LOCK's names are the server's, not the database's, so the name holds the database's. */
async function lock(connection: Connection, database: string): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    {
      sql: 'SELECT GET_LOCK(LEFT(CONCAT("migrate:", ?), 64), ?) AS won',
      timeout: (LOCK_WAIT_SECONDS + 10) * 1_000,
    },
    [database, LOCK_WAIT_SECONDS],
  );
  if (rows[0]?.won !== 1) throw new Error(`Another process is migrating ${database}`);
}

/**
 * Each statement is a step of its own: MySQL's DDL is atomic by the statement and not by the file,
 * so after a crash the next run goes on with the statement that is missing.
 */
function migrations(connection: Connection, folder: string) {
  return new Umzug({
    logger: undefined,
    storage: appliedSteps(connection),
    migrations: async () => {
      const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
      const steps = await Promise.all(files.map((file) => stepsOf(connection, folder, file)));
      return steps.flat();
    },
  });
}

async function stepsOf(connection: Connection, folder: string, file: string) {
  const text = await readFile(join(folder, file), 'utf8');
  return splitStatements(text).map((statement, index) => {
    const name = `${file.replace(/\.sql$/, '')}.${index + 1}`;
    return { name, up: () => applyStep(connection, name, statement) };
  });
}

/** The statements of a file; a semicolon at the end of a line ends one. */
function splitStatements(text: string): string[] {
  return text
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** Something that the statement makes is there already. */
const MADE_BEFORE = new Set([
  'ER_DUP_FIELDNAME',
  'ER_DUP_KEYNAME',
  'ER_CHECK_CONSTRAINT_DUP_NAME',
  'ER_TABLE_EXISTS_ERROR',
]);

/**
 * A step is marked before it runs, and the mark goes with its record, or with the server's refusal.
 * So what is there already is the step's own work only where a run that died left its mark; else it
 * is someone else's, and says nothing of the rest that the statement makes.
 */
async function applyStep(connection: Connection, name: string, statement: string): Promise<void> {
  const [mark] = await connection.query<ResultSetHeader>(
    'INSERT IGNORE INTO migration_begun (name) VALUES (?)',
    [name],
  );
  const begunBefore = mark.affectedRows === 0;
  try {
    await connection.query({ sql: statement, timeout: STATEMENT_TIMEOUT_MS });
  } catch (error) {
    if (begunBefore && MADE_BEFORE.has(String((error as NodeJS.ErrnoException).code))) return;
    if (isAnswer(error)) await forgetMark(connection, name);
    throw error;
  }
}

async function forgetMark(connection: Connection, name: string): Promise<void> {
  await connection.query('DELETE FROM migration_begun WHERE name = ?', [name]);
}

const NAMES = 'name VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY';

function appliedSteps(connection: Connection) {
  return {
    executed: async () => {
      await connection.query(
        `CREATE TABLE IF NOT EXISTS migration(
           ${NAMES}, applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
      );
      await connection.query(`CREATE TABLE IF NOT EXISTS migration_begun(${NAMES})`);
      const [rows] = await connection.query<RowDataPacket[]>('SELECT name FROM migration');
      return rows.map((row) => String(row.name));
    },
    logMigration: async ({ name }: { name: string }) => {
      await connection.query('INSERT INTO migration (name) VALUES (?)', [name]);
      await forgetMark(connection, name);
    },
    unlogMigration: async () => {
      throw new Error('Migrations only go forward');
    },
  };
}
