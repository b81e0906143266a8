import type { Transaction } from '@movie-rental/mysql';
import { type RefreshTokenState, refreshTokenExpiry } from './rotation.ts';

export interface Session {
  id: string;
  username: string;
}

interface NewRefreshToken {
  hash: Buffer;
  sessionId: string;
  /** The hash of the token that it was issued for; null at sign-in. */
  parentHash: Buffer | null;
}

export async function insertSession(tx: Transaction, session: Session, now: Date): Promise<void> {
  await tx.run('INSERT INTO session (id, username, created_at) VALUES (?, ?, ?)', [
    session.id,
    session.username,
    now,
  ]);
}

export async function insertRefreshToken(
  tx: Transaction,
  { hash, sessionId, parentHash }: NewRefreshToken,
  now: Date,
): Promise<void> {
  await tx.run(
    `INSERT INTO refresh_token (token_hash, session_id, parent_hash, issued_at, expires_at)
     VALUES (?, ?, ?, ?, ?)`,
    [hash, sessionId, parentHash, now, refreshTokenExpiry(now)],
  );
}

/**
 * The session of a refresh token, locked until the transaction ends; undefined for an unknown
 * token. The lock is the whole family's, so its tokens are read by a statement of their own
 * afterwards: one that waits for a lock sees unlocked rows as they were before it waited.
 */
export async function lockSessionOf(
  tx: Transaction,
  tokenHash: Buffer,
): Promise<(Session & { ended: boolean }) | undefined> {
  const row = await tx.first<Session & { ended_at: Date | null }>(
    `SELECT id, username, ended_at FROM session
     WHERE id = (SELECT session_id FROM refresh_token WHERE token_hash = ?) FOR UPDATE`,
    [tokenHash],
  );
  return row && { id: row.id, username: row.username, ended: row.ended_at !== null };
}

/** A token's state, its session's aside. That session must be locked. */
export async function readRefreshToken(
  tx: Transaction,
  tokenHash: Buffer,
): Promise<Omit<RefreshTokenState, 'sessionEnded'> | undefined> {
  const row = await tx.first<{ expires_at: Date; used_at: Date | null; successor_used: number }>(
    `SELECT t.expires_at, t.used_at, EXISTS (
       SELECT 1 FROM refresh_token s WHERE s.parent_hash = t.token_hash AND s.used_at IS NOT NULL
     ) AS successor_used
     FROM refresh_token t WHERE t.token_hash = ?`,
    [tokenHash],
  );
  if (!row) return undefined;
  return {
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    successorUsed: row.successor_used === 1,
  };
}

/** Records a token's use; only the first counts. */
export async function markUsed(tx: Transaction, tokenHash: Buffer, now: Date): Promise<void> {
  await tx.run('UPDATE refresh_token SET used_at = COALESCE(used_at, ?) WHERE token_hash = ?', [
    now,
    tokenHash,
  ]);
}

export async function endSession(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.run('UPDATE session SET ended_at = COALESCE(ended_at, ?) WHERE id = ?', [now, id]);
}

export async function endOtherSessions(tx: Transaction, own: Session, now: Date): Promise<void> {
  await tx.run(
    'UPDATE session SET ended_at = ? WHERE username = ? AND id <> ? AND ended_at IS NULL',
    [now, own.username, own.id],
  );
}
