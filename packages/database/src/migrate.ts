import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { Umzug } from 'umzug';

const LOCK_WAIT_SECONDS = 120;

/**
 * Applies the migrations of `folder` that a database has not seen, in the order of their names.
 * Two appliers at once are safe: the second waits, and finds nothing left to do. The database is
 * made where it does not exist.
 *
 * @returns the names that were applied.
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const connection = await connect(url, database);
  try {
    await lock(connection, database);
    const applied = await migrations(connection, folder).up();
    return applied.map(({ name }) => name);
  } finally {
    // Closing the session also frees its lock.
    await connection.end();
  }
}

async function connect(url: string, database: string): Promise<Connection> {
  const server = new URL(url);
  server.pathname = '/';
  const connection = await createConnection(server.href);
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
    'SELECT GET_LOCK(LEFT(CONCAT("migrate:", ?), 64), ?) AS won',
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
  return splitStatements(text).map((statement, index) => ({
    name: `${file.replace(/\.sql$/, '')}.${index + 1}`,
    up: () => applyStep(connection, statement),
  }));
}

/** The statements of a file; a semicolon at the end of a line ends one. */
function splitStatements(text: string): string[] {
  return text
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** What is there already was made by a run that died before it could write that down. */
const MADE_BEFORE = new Set([
  'ER_DUP_FIELDNAME',
  'ER_DUP_KEYNAME',
  'ER_CHECK_CONSTRAINT_DUP_NAME',
  'ER_TABLE_EXISTS_ERROR',
]);

async function applyStep(connection: Connection, statement: string): Promise<void> {
  try {
    await connection.query(statement);
  } catch (error) {
    if (!MADE_BEFORE.has(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

function appliedSteps(connection: Connection) {
  return {
    executed: async () => {
      await connection.query(
        `CREATE TABLE IF NOT EXISTS migration(
           name VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
           applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
      );
      const [rows] = await connection.query<RowDataPacket[]>('SELECT name FROM migration');
      return rows.map((row) => String(row.name));
    },
    logMigration: async ({ name }: { name: string }) => {
      await connection.query('INSERT INTO migration (name) VALUES (?)', [name]);
    },
    unlogMigration: async () => {
      throw new Error('Migrations only go forward');
    },
  };
}
