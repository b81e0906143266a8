import { createHash, randomBytes } from 'node:crypto';
import type { TokenPair } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from './access-token.ts';
import { type RefreshTokenState, refreshTokenExpiry } from './rotation.ts';
import type { SigningKey } from './signing-key.ts';
import type { UserRow } from './user-sql.ts';

const TOKEN_BYTES = 32;

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

async function insertRefreshToken(
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

/** What is stored of a refresh token, which is random: a fast hash of it cannot be searched. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

interface Grant {
  user: Pick<UserRow, 'username' | 'role'>;
  sessionId: string;
  /** The hash of the refresh token that it replaces; null at sign-in. */
  parentHash: Buffer | null;
}

/** A new pair of tokens for a session that `tx` has locked or begun. */
export async function issueTokens(
  tx: Transaction,
  signingKey: SigningKey,
  { user, sessionId, parentHash }: Grant,
): Promise<TokenPair> {
  const refreshToken = randomBytes(TOKEN_BYTES).toString('base64url');
  const hash = hashRefreshToken(refreshToken);
  await insertRefreshToken(tx, { hash, sessionId, parentHash }, await tx.now());
  const claims = { sub: user.username, role: user.role, sid: sessionId };
  return {
    access_token: signAccessToken(signingKey, claims),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: refreshToken,
  };
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

/** A token's state without its session's. That session must be locked. */
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
