import { type Logger, persist, settledOrAborted } from '@movie-rental/connector-kit';
import { MessageRefused, type Publisher } from '@movie-rental/messaging';
import { ZodError } from 'zod';
import type { LockSession } from './lock-session.ts';
import { type OutboxRow, rawHeaders, toEvent } from './outbox-row.ts';
import { deadLetterRow, deleteRows } from './outbox-sql.ts';
import { firstWave } from './waves.ts';

export interface Publishing {
  session: LockSession;
  publisher: Publisher;
  logger: Logger;
  /** Aborts when the process stops: what is under way is finished, what is waited for is not. */
  signal: AbortSignal;
  /** Aborts with it, and when the session is lost. */
  until: AbortSignal;
  /** Called when the broker turns out to be there, or not. */
  onBroker(reachable: boolean): void;
  onPublished(rows: number): void;
  onDeadLetter(): void;
}

/**
 * Publishes rows in their order and deletes each once the broker has confirmed it. A broker that is
 * down is tried without end. A row that it refuses even alone becomes a dead letter.
 * @throws Stopped, or what MySQL says; the rows that are left are found again.
 */
export async function publishRows(rows: readonly OutboxRow[], publishing: Publishing) {
  for (let rest = rows; rest.length > 0 && !publishing.signal.aborted; ) {
    const wave = firstWave(rest);
    const refusal = await tryWave(wave, publishing);
    if (refusal) await publishEachAlone(wave, publishing);
    rest = rest.slice(wave.length);
  }
}

/** One that is refused by the company it is in, or by a topology that was just mended, goes through. */
async function publishEachAlone(wave: readonly OutboxRow[], publishing: Publishing) {
  for (const row of wave) {
    if (publishing.signal.aborted) return;
    const refusal = await tryWave([row], publishing);
    if (refusal) await giveUp(row, refusal, publishing);
  }
}

/** @returns why the broker refuses the wave, or undefined where it is published and deleted. */
async function tryWave(wave: readonly OutboxRow[], publishing: Publishing) {
  const { session, until, logger, onBroker } = publishing;
  try {
    await persist(() => publishOnce(wave, publishing), {
      what: 'publishing',
      signal: until,
      logger,
      isFinal: isRefusal,
      onFailure: () => onBroker(false),
    });
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
  onBroker(true);
  await deleteRows(session, wave);
  publishing.onPublished(wave.length);
  return undefined;
}

/**
 * When the lock is lost, publishing must end at once: the connection is let go in the middle. After
 * any failure the next one makes sure of the topology again.
 */
async function publishOnce(wave: readonly OutboxRow[], { session, publisher }: Publishing) {
  const now = new Date();
  const events = wave.map((row) => toEvent(row, now));
  try {
    await settledOrAborted(publisher.publish(events), session.lost);
  } catch (error) {
    await publisher.close();
    throw error;
  }
}

function isRefusal(error: unknown): error is MessageRefused | ZodError {
  return error instanceof MessageRefused || error instanceof ZodError;
}

async function giveUp(row: OutboxRow, refusal: Error, publishing: Publishing) {
  const { session, logger } = publishing;
  logger.error({ err: refusal, id: row.id, type: row.type }, 'dead-lettering an event');
  await deadLetterRow(session, row, refusal.message, rawHeaders(row, new Date()));
  publishing.onDeadLetter();
}
