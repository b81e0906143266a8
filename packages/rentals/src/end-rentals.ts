import type { Trace } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import { decide, type RentalCommand, type RentalEnding } from './rental.ts';
import { appendRentalEvents, type RentalEvent } from './rental-events.ts';
import { type RentalRow, stateOf } from './rental-row.ts';

interface EndedRental {
  rental: RentalRow;
  ending: RentalEnding;
}

const STATUS_AFTER = { cancelled: 'CANCELLED', expired: 'EXPIRED' } as const;

/**
 * Puts a command to each of a batch of locked rentals, and writes down those that it ends, each
 * with its event. The others stay as they are.
 *
 * @returns the rentals that ended, as they are now.
 */
export async function endRentals(
  tx: Transaction,
  rentals: readonly RentalRow[],
  command: RentalCommand,
  trace: Trace,
): Promise<RentalRow[]> {
  if (rentals.length === 0) return [];
  const now = await tx.now();
  const endings = rentals.flatMap((rental): EndedRental[] => {
    const decision = decide(command, stateOf(rental), now);
    return decision.type === 'cancelled' || decision.type === 'expired'
      ? [{ rental, ending: decision }]
      : [];
  });
  await writeStatus(tx, endings, 'cancelled');
  await writeStatus(tx, endings, 'expired');
  const events = endings.map(eventOf);
  await appendRentalEvents(tx, events, trace);
  return events.map(({ rental }) => rental);
}

async function writeStatus(
  tx: Transaction,
  endings: readonly EndedRental[],
  type: RentalEnding['type'],
): Promise<void> {
  const ids = endings.filter(({ ending }) => ending.type === type).map(({ rental }) => rental.id);
  if (ids.length === 0) return;
  await tx.run('UPDATE rental SET status = ? WHERE id IN (?)', [STATUS_AFTER[type], ids]);
}

function eventOf({ rental, ending }: EndedRental): RentalEvent {
  return {
    type: `rental.${ending.type}`,
    rental: { ...rental, status: STATUS_AFTER[ending.type] },
    ...(ending.type === 'cancelled' && { reason: ending.reason }),
  };
}
