import type { Sql } from '@movie-rental/mysql';
import { addDeadLetter } from '@movie-rental/mysql/dead-letters';
import type { LockSession } from './lock-session.ts';
import type { OutboxRow } from './outbox-row.ts';

export const AGGREGATES = ['movie', 'rental'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

const BATCH = 500;

/**
 * The first rows that are there for a destination, in the order of their numbers. There is no
 * "after": a transaction that took its number early and commits late would be passed by.
 */
export function firstRows(session: LockSession, aggregate: Aggregate): Promise<OutboxRow[]> {
  return session.rows<OutboxRow>(
    `SELECT seq, id, aggregateid, type, CAST(payload AS CHAR) AS payload,
       headers, created_at
     FROM outbox WHERE aggregatetype = ? ORDER BY seq LIMIT ?`,
    [aggregate, BATCH],
  );
}

/** Deletes what the broker has confirmed. */
export async function deleteRows(session: LockSession, rows: readonly OutboxRow[]): Promise<void> {
  await session.run('DELETE FROM outbox WHERE seq IN (?)', [rows.map(({ seq }) => seq)]);
}

/** Moves a row that cannot be published out of the way of the rest, in one transaction. */
export async function deadLetterRow(
  session: LockSession,
  row: OutboxRow,
  reason: string,
  headers: Readonly<Record<string, unknown>>,
): Promise<void> {
  await session.run('START TRANSACTION');
  await addDeadLetter(session, { source: 'outbox-relay', reason, payload: row.payload, headers });
  await deleteRows(session, [row]);
  await session.run('COMMIT');
}

interface Backlog {
  rows: number;
  /** Age of the oldest row. */
  oldest_ms: number;
}

/** By aggregate; one that nothing waits for is absent. */
export type Backlogs = Partial<Record<Aggregate, Backlog>>;

/** What waits in the outbox for these. */
export async function backlog(database: Sql, aggregates: readonly Aggregate[]): Promise<Backlogs> {
  const found = await database.rows<Backlog & { aggregatetype: Aggregate }>(
    `SELECT aggregatetype, COUNT(*) AS \`rows\`,
       TIMESTAMPDIFF(MICROSECOND, MIN(created_at), CURRENT_TIMESTAMP(3)) DIV 1000 AS oldest_ms
     FROM outbox WHERE aggregatetype IN (?) GROUP BY aggregatetype`,
    [aggregates],
  );
  return Object.fromEntries(
    found.map(({ aggregatetype, rows, oldest_ms }) => [aggregatetype, { rows, oldest_ms }]),
  );
}
