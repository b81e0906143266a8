import type { Trace } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import {
  appendRentalEvents,
  isActive,
  RENTAL_COLUMNS,
  RENTAL_MOVIE,
  type RentalRow,
} from '@movie-rental/rentals';

/** How long before the end of a rental its customer is reminded. */
const NOTICE_HOURS = 6;

/**
 * Tells of up to `limit` rentals that end soon. Each is told of once, even if it is extended
 * afterwards.
 *
 * @returns how many.
 */
export async function remindCustomers(
  tx: Transaction,
  limit: number,
  trace: Trace,
): Promise<number> {
  const now = await tx.now();
  const ending = await tx.rows<RentalRow>(
    `SELECT ${RENTAL_COLUMNS} FROM rental r ${RENTAL_MOVIE}
     WHERE ${isActive('?')} AND r.ends_at <= ? + INTERVAL ? HOUR
       AND r.reminded_at IS NULL
     ORDER BY r.ends_at, r.id LIMIT ? FOR UPDATE OF r SKIP LOCKED`,
    [now, now, NOTICE_HOURS, limit],
  );
  if (ending.length === 0) return 0;
  const ids = ending.map(({ id }) => id);
  await tx.run('UPDATE rental SET reminded_at = ? WHERE id IN (?)', [now, ids]);
  await appendRentalEvents(
    tx,
    ending.map((rental) => ({ type: 'rental.expiring', rental })),
    trace,
  );
  return ending.length;
}
