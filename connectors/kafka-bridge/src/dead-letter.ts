import type { Sql } from '@movie-rental/mysql';
import { addDeadLetter } from '@movie-rental/mysql/dead-letters';
import type { MovieRecord } from './movie-event.ts';

export const COMPONENT = 'kafka-bridge';

/** Keeps a record that can never be applied, with the reason. */
export async function deadLetter(sql: Sql, record: MovieRecord, reason: unknown): Promise<void> {
  await addDeadLetter(sql, {
    source: COMPONENT,
    reason: reason instanceof Error ? reason.message : String(reason),
    payload: record.value ?? Buffer.alloc(0),
    headers: record.headers,
  });
}
