import type { Trace } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { purgeMail } from '@movie-rental/mysql/mail';
import { expireOverdueRentals } from '@movie-rental/rentals';
import { inBatches } from './in-batches.ts';
import { purgeIdempotency } from './purge-idempotency.ts';
import { purgeSessions } from './purge-sessions.ts';
import { purgeThrottle } from './purge-throttle.ts';
import { remindCustomers } from './remind-customers.ts';

/** How many rows a sweep dealt with. */
export interface SweepReport {
  expired: number;
  reminded: number;
  /** What was kept as long as it has to be. */
  purged: { mail: number; idempotency: number; refresh_tokens: number; throttle: number };
}

/**
 * Does what time alone makes due. Each batch is one transaction, so one sweep that dies is made up
 * for by the next. Sweeps may overlap: rentals and tokens that another has in hand are left alone,
 * and of the other tables each batch waits for the other's, for as long as that takes.
 */
export async function sweep(database: Database, trace: Trace): Promise<SweepReport> {
  return {
    expired: await inBatches(database, (tx, limit) => expireOverdueRentals(tx, limit, trace)),
    reminded: await inBatches(database, (tx, limit) => remindCustomers(tx, limit, trace)),
    purged: {
      mail: await inBatches(database, purgeMail),
      idempotency: await inBatches(database, purgeIdempotency),
      refresh_tokens: await inBatches(database, purgeSessions),
      throttle: await inBatches(database, purgeThrottle),
    },
  };
}
