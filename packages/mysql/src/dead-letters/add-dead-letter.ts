import type { Sql } from '../index.ts';

const MAX_REASON = 1024;

/** What could not be published or handled, as it was. */
export interface NewDeadLetter {
  /** The component that gave it up. */
  source: string;
  reason: string;
  payload: Buffer | string;
  /** The event's own headers, as far as they could be read: redriving builds the event from them. */
  headers: Readonly<Record<string, unknown>>;
}

/** Writes a dead letter down. The event may only be let go once this has been committed. */
export async function addDeadLetter(sql: Pick<Sql, 'run'>, letter: NewDeadLetter): Promise<void> {
  const payload = Buffer.from(letter.payload as string);
  await sql.run('INSERT INTO dead_letter (source, reason, payload, headers) VALUES (?, ?, ?, ?)', [
    letter.source,
    [...letter.reason].slice(0, MAX_REASON).join(''),
    payload,
    JSON.stringify(letter.headers),
  ]);
}
