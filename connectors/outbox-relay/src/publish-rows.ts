import { type Logger, retryForever, settledOrAborted } from '@movie-rental/connector-kit';
import {
  MessageRefused,
  messageAttributes,
  type Publisher,
} from '@movie-rental/connector-kit/messaging';
import type { SpanOptions, Traced, Tracer } from '@movie-rental/runtime/tracing';
import { ZodError } from 'zod';
import type { LockSession } from './lock-session.ts';
import { type OutboxRow, rawHeaders, toEvent, traceparentOf } from './outbox-row.ts';
import { deadLetterRow, deleteRows } from './outbox-sql.ts';
import { firstWave } from './waves.ts';

export interface Publishing {
  session: LockSession;
  publisher: Publisher;
  logger: Logger;
  tracer: Tracer;
  /** Aborts when the process stops: what is under way is finished, what is waited for is not. */
  signal: AbortSignal;
  /** Aborts with it, and when the session is lost. */
  until: AbortSignal;
  /** Called when the broker turns out to be there, or not. */
  onBroker(reachable: boolean): void;
  onPublished(rows: number): void;
  onDeadLetter(): void;
}

type Sending = Traced<OutboxRow>;

/**
 * Publishes rows in their order and deletes each once the broker has confirmed it. A broker that is
 * down is tried without end. A row that it refuses even alone becomes a dead letter.
 * @throws Stopped, or what MySQL says; the rows that are left are found again.
 */
export async function publishRows(rows: readonly OutboxRow[], publishing: Publishing) {
  const { publisher, tracer, signal } = publishing;
  const describe = (row: OutboxRow) => spanOf(row, publisher);
  for (let rest = rows; rest.length > 0 && !signal.aborted; ) {
    const wave = firstWave(rest);
    await tracer.spans(wave, describe, (sendings) => publishWave(sendings, publishing));
    rest = rest.slice(wave.length);
  }
}

/**
 * A row's span is in the trace of the request that wrote it, and lasts from the first try to the
 * broker's confirmation: one that is long is the broker's, and a gap before it is the relay's. Begun
 * at the row's own time it would hide which of them it was, and last for days where a dead letter
 * was put back.
 */
function spanOf(row: OutboxRow, { system, destinationOf }: Publisher): SpanOptions {
  return {
    name: `publish ${row.type}`,
    kind: 'producer',
    traceparent: traceparentOf(row),
    attributes: messageAttributes({
      system,
      destination: destinationOf(row.type),
      operation: 'publish',
      id: row.id,
    }),
  };
}

async function publishWave(wave: readonly Sending[], publishing: Publishing) {
  const refusal = await tryWave(wave, publishing);
  if (refusal) await publishEachAlone(wave, publishing);
}

/** One that is refused by the company it is in, or by a topology that was just repaired, goes through. */
async function publishEachAlone(wave: readonly Sending[], publishing: Publishing) {
  for (const sending of wave) {
    if (publishing.signal.aborted) sending.span.fail('The relay stops');
    else {
      const refusal = await tryWave([sending], publishing);
      if (refusal) await giveUp(sending, refusal, publishing);
    }
  }
}

/** @returns why the broker refuses the wave, or undefined if it is published and deleted. */
async function tryWave(wave: readonly Sending[], publishing: Publishing) {
  const { session, until, logger, onBroker } = publishing;
  try {
    await retryForever(() => publishOnce(wave, publishing), {
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
  const rows = wave.map(({ item }) => item);
  await deleteRows(session, rows);
  publishing.onPublished(rows.length);
  return undefined;
}

/**
 * When the lock is lost, publishing must end at once: the connection is let go in the middle. After
 * any failure the next one makes sure of the topology again.
 */
async function publishOnce(wave: readonly Sending[], { session, publisher }: Publishing) {
  const now = new Date();
  const events = wave.map(({ item, span }) => toEvent(item, now, span.traceparent));
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

async function giveUp({ item: row, span }: Sending, refusal: Error, publishing: Publishing) {
  const { session, logger } = publishing;
  span.fail(refusal.message);
  logger.error({ err: refusal, id: row.id, type: row.type }, 'dead-lettering an event');
  await deadLetterRow(session, row, refusal.message, rawHeaders(row, new Date()));
  publishing.onDeadLetter();
}
