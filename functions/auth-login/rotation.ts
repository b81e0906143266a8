/** How long a refresh token lives when it is not used. */
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1_000;

/** For so long a used token may be used again: two tabs at once, or an answer that was lost. */
const REUSE_MS = 10_000;

/** What is known of a refresh token and of the session that it belongs to. */
export interface RefreshTokenState {
  expiresAt: Date;
  /** Its first use; null before it. */
  usedAt: Date | null;
  /** Whether a token that was issued for it was used in its turn. */
  successorUsed: boolean;
  sessionEnded: boolean;
}

/**
 * - `rotate`: answer with a new pair.
 * - `refuse`: answer that the token is not valid.
 * - `end-session`: the same, and end the session: a copy of the token is in other hands.
 */
export type Decision = 'rotate' | 'refuse' | 'end-session';

/** What the use of a refresh token at `now` leads to (RFC 9700, section 4.14.2). */
export function decideRotation(token: RefreshTokenState, now: Date): Decision {
  if (token.sessionEnded) return 'refuse';
  if (token.successorUsed) return 'end-session';
  if (token.usedAt && now.getTime() - token.usedAt.getTime() > REUSE_MS) return 'end-session';
  return token.expiresAt > now ? 'rotate' : 'refuse';
}

/** When a refresh token that is issued at `now` ends. */
export function refreshTokenExpiry(now: Date): Date {
  return new Date(now.getTime() + LIFETIME_MS);
}
