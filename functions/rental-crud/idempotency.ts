import { createHash } from 'node:crypto';
import { Refusal } from '@movie-rental/contracts';
import { isDuplicate, isLockNotAvailable, type Transaction } from '@movie-rental/mysql';

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
 * Answers a repeatable request once, within `tx`: the key's row is locked first, `work` does what
 * there is to do, and its answer is kept with it in the same commit. A repeat within a day gets that
 * answer again. A failure keeps nothing, so the key may be used again.
 *
 * @throws Refusal `idempotency_key_in_progress` or `idempotency_key_reused`, and whatever `work`
 *   throws.
 */
export async function answerOnce<Answer>(
  tx: Transaction,
  request: RepeatableRequest,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const hash = createHash('sha256').update(JSON.stringify(request.body)).digest();
  const kept = await takeKey<Answer>(tx, request, hash);
  if (kept) return replay(kept, hash);
  const answer = await work();
  await tx.run(`UPDATE idempotency SET response = ? WHERE ${IS_REQUEST}`, [
    JSON.stringify(answer),
    ...identity(request),
  ]);
  return answer;
}

interface KeptAnswer<Answer> {
  request_hash: Buffer;
  response: Answer;
}

const IS_REQUEST = 'username = ? AND route = ? AND idempotency_key = ?';

function identity({ username, route, key }: RepeatableRequest) {
  return [username, route, key] as const;
}

/** Locks the key for this transaction. @returns the answer that it has already, if any. */
async function takeKey<Answer>(
  tx: Transaction,
  request: RepeatableRequest,
  hash: Buffer,
): Promise<KeptAnswer<Answer> | undefined> {
  const kept = await lockKey<Answer>(tx, request);
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
    if (isDuplicate(error, 'PRIMARY')) return lockKey<Answer>(tx, request);
    throw error;
  }
}

/** Waiting for a request that is under way would hold this one for as long as a lock may last. */
async function lockKey<Answer>(tx: Transaction, request: RepeatableRequest) {
  try {
    return await tx.first<KeptAnswer<Answer> & { is_old: number }>(
      `SELECT request_hash, response, created_at < NOW() - INTERVAL ? HOUR AS is_old
       FROM idempotency WHERE ${IS_REQUEST} FOR UPDATE NOWAIT`,
      [KEPT_HOURS, ...identity(request)],
    );
  } catch (error) {
    throw isLockNotAvailable(error) ? new Refusal('idempotency_key_in_progress') : error;
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

function replay<Answer>(kept: KeptAnswer<Answer>, hash: Buffer): Answer {
  if (!kept.request_hash.equals(hash)) throw new Refusal('idempotency_key_reused');
  return kept.response;
}
