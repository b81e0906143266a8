import { UnreadableEvent } from '@movie-rental/contracts';
import { type Database, restoreEvent, type Transaction } from '../index.ts';
import { eventOf } from './event-of.ts';
import { lockDeadLetter } from './read-dead-letters.ts';

/** A dead letter that no outbox can take; it stays what it was. */
export class CannotRedrive extends Error {
  override readonly name = 'CannotRedrive';
  constructor(cause: Error) {
    super(`cannot be redriven: ${cause.message}`, { cause });
  }
}

export interface RedrivenEvent {
  id: string;
  type: string;
}

/**
 * Moves a dead letter back to the outbox in one transaction, as the event that it was: with its id,
 * so that whoever has handled it already knows it again.
 *
 * @returns the event; undefined if there is no such dead letter.
 * @throws CannotRedrive, and nothing has changed.
 */
export async function redriveDeadLetter(
  database: Database,
  id: number,
): Promise<RedrivenEvent | undefined> {
  try {
    return await database.transaction((tx) => redrive(tx, id));
  } catch (error) {
    if (isRefusal(error)) throw new CannotRedrive(error);
    throw error;
  }
}

async function redrive(tx: Transaction, id: number): Promise<RedrivenEvent | undefined> {
  const letter = await lockDeadLetter(tx, id);
  if (!letter) return undefined;
  const { event, trace } = eventOf(letter);
  await restoreEvent(tx, event, trace);
  await tx.run('DELETE FROM dead_letter WHERE id = ?', [id]);
  return { id: event.id, type: event.type };
}

/** SQLSTATE class 22: data that MySQL takes in no row, such as a time beyond its range. */
const DATA_EXCEPTION = /^22/;

function isRefusal(error: unknown): error is Error {
  if (error instanceof UnreadableEvent) return true;
  const { sqlState = '' } = error as { sqlState?: string };
  return DATA_EXCEPTION.test(sqlState);
}
