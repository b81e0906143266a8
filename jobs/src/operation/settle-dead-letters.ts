import type { Database } from '@movie-rental/mysql';
import {
  CannotRedrive,
  dropDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
} from '@movie-rental/mysql/dead-letters';
import { printableLine } from './printable.ts';

/** What became of a dead letter; undefined if there is none of this number. */
type Settle = (database: Database, id: number) => Promise<Settled | undefined>;

interface Settled {
  done: boolean;
  /** Ends a sentence that begins with the dead letter. */
  what: string;
}

/** Moves a dead letter back to the outbox. */
export const redrive: Settle = async (database, id) => {
  try {
    const event = await redriveDeadLetter(database, id);
    return event && { done: true, what: `is back in the outbox: ${event.type}, event ${event.id}` };
  } catch (error) {
    if (!(error instanceof CannotRedrive)) throw error;
    return { done: false, what: error.message };
  }
};

/** Deletes a dead letter for good. */
export const drop: Settle = async (database, id) =>
  (await dropDeadLetter(database, id)) ? { done: true, what: 'is dropped' } : undefined;

/**
 * Does the same with each of some dead letters, the oldest first, and says what became of it.
 *
 * @param chosen their numbers, or all that are there now
 * @returns the exit code: 1 if one is not there, or stays what it was
 */
export async function settle(
  database: Database,
  chosen: readonly number[] | 'all',
  settleOne: Settle,
): Promise<number> {
  const ids = chosen === 'all' ? await everyId(database) : chosen;
  if (ids.length === 0) console.log('There are no dead letters.');
  let code = 0;
  for (const id of ids) {
    const settled = await settleOne(database, id);
    if (settled?.done) {
      console.log(`${id} ${printableLine(settled.what)}`);
    } else {
      code = 1;
      console.error(
        settled ? `${id} ${printableLine(settled.what)}` : `There is no dead letter ${id}.`,
      );
    }
  }
  return code;
}

const PAGE = 500;

async function everyId(database: Database): Promise<number[]> {
  const ids: number[] = [];
  for (let before: number | undefined; ; before = ids.at(-1)) {
    const page = await listDeadLetters(database, { limit: PAGE, ...(before && { before }) });
    ids.push(...page.map(({ id }) => id));
    if (page.length < PAGE) return ids.reverse();
  }
}
