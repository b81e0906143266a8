import type { OutboxRow } from './outbox-row.ts';

const MAX_ROWS = 100;
/** Well below what Kafka takes in one request by default. */
const MAX_BYTES = 512 * 1024;

/**
 * The rows that may be under way together, from the first on: at most one of each aggregate, so
 * that one which fails cannot be overtaken by its successor, and no more than a broker takes at once.
 */
export function firstWave(rows: readonly OutboxRow[]): OutboxRow[] {
  const aggregates = new Set<string>();
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += Buffer.byteLength(row.payload);
    const full = index === MAX_ROWS || (index > 0 && bytes > MAX_BYTES);
    const repeated = aggregates.has(row.aggregateid);
    aggregates.add(row.aggregateid);
    return full || repeated;
  });
  return rows.slice(0, end === -1 ? undefined : end);
}
