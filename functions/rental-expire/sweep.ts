import type { Trace } from '@movie-rental/contracts';
import type { Database, Transaction } from '@movie-rental/mysql';
import { purgeMail } from '@movie-rental/mysql/mail';
import { expireOverdueRentals } from '@movie-rental/rentals';
import { purgeIdempotency, purgeSessions, purgeThrottle } from './purge.ts';
import { remindCustomers } from './remind-customers.ts';

const BATCH = 500;

/** How many rows a sweep dealt with. */
export interface SweepReport {
  expired: number;
  reminded: number;
  /** What was kept for as long as it had to be. */
  purged: { mail: number; idempotency: number; refresh_tokens: number; throttle: number };
}

/**
 * Does what time alone makes due. Each batch is one transaction, so the next sweep finishes what
 * one that dies leaves. Sweeps may overlap: rentals and tokens that another one has locked are left
 * alone; on the other tables a batch waits for the other sweep's.
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

/**
 * Repeats `work`, each time in a transaction, until it finds less than a batch to do.
 *
 * @param work deals with up to `limit` rows and returns how many there were.
 * @returns how many rows there were in all.
 */
async function inBatches(
  database: Database,
  work: (tx: Transaction, limit: number) => Promise<number>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const done = await database.transaction((tx) => work(tx, BATCH));
    total += done;
    if (done < BATCH) return total;
  }
}
