import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { conflict, HttpError, invalid, type Reply } from '@movie-rental/function-kit';
import { isDuplicate, isLockNotAvailable, type Transaction } from '@movie-rental/mysql';

/** Printable ASCII, as a structured header's string may hold. */
const KEY = /^[\x21-\x7e]{1,255}$/;
const KEPT_HOURS = 24;

/** A request that may be sent again: who sends what, where, under which key. */
export interface RepeatableRequest {
  username: string;
  /** Method and path: a key counts for one route. */
  route: string;
  key: string;
  /** The validated body; a repeat must have the same. */
  body: unknown;
}

/**
 * The Idempotency-Key of a request; undefined where it has none.
 * @throws HttpError 422 where it is not 1 to 255 printable ASCII characters.
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw invalid([{ path: 'Idempotency-Key', message: 'must be 1 to 255 printable characters' }]);
}

/**
 * Answers a repeatable request once, within `tx`: the key's row is locked first, `work` does what
 * there is to do, and its answer is kept with it in the same commit. A repeat within a day gets that
 * answer again. A failure keeps nothing, so the key may be used again.
 *
 * @throws HttpError 409 `idempotency_key_in_progress`, 422 `idempotency_key_reused`, and whatever
 *   `work` throws.
 */
export async function answerOnce(
  tx: Transaction,
  request: RepeatableRequest,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const hash = createHash('sha256').update(JSON.stringify(request.body)).digest();
  const kept = await takeKey(tx, request, hash);
  if (kept) return replay(kept, hash);
  const reply = await work();
  await tx.run(`UPDATE idempotency SET response = ? WHERE ${IS_REQUEST}`, [
    JSON.stringify(reply),
    ...identity(request),
  ]);
  return reply;
}

interface KeptAnswer {
  request_hash: Buffer;
  response: Reply;
}

const IS_REQUEST = 'username = ? AND route = ? AND idempotency_key = ?';

function identity({ username, route, key }: RepeatableRequest) {
  return [username, route, key] as const;
}

/** Locks the key for this transaction. @returns the answer that it has already, if any. */
async function takeKey(
  tx: Transaction,
  request: RepeatableRequest,
  hash: Buffer,
): Promise<KeptAnswer | undefined> {
  const kept = await lockKey(tx, request);
  if (kept?.is_old) await renewKey(tx, request, hash);
  if (kept) return kept.is_old ? undefined : kept;
  try {
    await tx.run(
      'INSERT INTO idempotency (username, route, idempotency_key, request_hash) VALUES (?, ?, ?, ?)',
      [...identity(request), hash],
    );
    return undefined;
  } catch (error) {
    // Another request took it between the two statements, and has been answered since.
    if (isDuplicate(error, 'PRIMARY')) return lockKey(tx, request);
    throw error;
  }
}

/** Waiting for a request that is under way would hold this one for as long as a lock may last. */
async function lockKey(tx: Transaction, request: RepeatableRequest) {
  try {
    return await tx.first<KeptAnswer & { is_old: number }>(
      `SELECT request_hash, response, created_at < NOW() - INTERVAL ? HOUR AS is_old
       FROM idempotency WHERE ${IS_REQUEST} FOR UPDATE NOWAIT`,
      [KEPT_HOURS, ...identity(request)],
    );
  } catch (error) {
    throw isLockNotAvailable(error) ? inProgress() : error;
  }
}

/** An answer that is a day old is forgotten, also before the sweep has been there. */
async function renewKey(tx: Transaction, request: RepeatableRequest, hash: Buffer): Promise<void> {
  await tx.run(
    `UPDATE idempotency SET request_hash = ?, response = NULL, created_at = NOW()
     WHERE ${IS_REQUEST}`,
    [hash, ...identity(request)],
  );
}

function replay(kept: KeptAnswer, hash: Buffer): Reply {
  if (kept.request_hash.equals(hash)) return kept.response;
  throw new HttpError(
    422,
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request',
  );
}

function inProgress(): HttpError {
  return conflict('idempotency_key_in_progress', 'A request with this key is being answered');
}
