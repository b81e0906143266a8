import type { Sql } from '../index.ts';

/** A dead letter without its content; what it tells of the event is null where it is none. */
export interface DeadLetterSummary {
  id: number;
  created_at: Date;
  source: string;
  reason: string;
  event_id: string | null;
  event_type: string | null;
  /** The id of the movie or rental that the event is about. */
  subject: string | null;
  /** Size of the payload. */
  bytes: number;
}

export interface DeadLetter extends DeadLetterSummary {
  payload: Buffer;
  headers: Record<string, unknown>;
}

const SUMMARY = `id, created_at, source, reason, headers->>'$.ce_id' AS event_id,
  headers->>'$.ce_type' AS event_type, headers->>'$.ce_subject' AS subject,
  OCTET_LENGTH(payload) AS bytes`;

const WHOLE = `${SUMMARY}, payload, headers`;

interface Page {
  /** Only those that came before the one with this id. */
  before?: number;
  limit: number;
}

/** Dead letters, the newest first. */
export function listDeadLetters(
  sql: Sql,
  { before = Number.MAX_SAFE_INTEGER, limit }: Page,
): Promise<DeadLetterSummary[]> {
  return sql.rows<DeadLetterSummary>(
    `SELECT ${SUMMARY} FROM dead_letter WHERE id < ? ORDER BY id DESC LIMIT ?`,
    [before, limit],
  );
}

export async function countDeadLetters(sql: Sql): Promise<number> {
  const row = await sql.first<{ n: number }>('SELECT COUNT(*) AS n FROM dead_letter');
  return row?.n ?? 0;
}

/** A dead letter with its content; undefined if there is none of this id. */
export function findDeadLetter(sql: Sql, id: number): Promise<DeadLetter | undefined> {
  return sql.first<DeadLetter>(`SELECT ${WHOLE} FROM dead_letter WHERE id = ?`, [id]);
}

/** The same, locked until the transaction ends. */
export function lockDeadLetter(sql: Sql, id: number): Promise<DeadLetter | undefined> {
  return sql.first<DeadLetter>(`SELECT ${WHOLE} FROM dead_letter WHERE id = ? FOR UPDATE`, [id]);
}
