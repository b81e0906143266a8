import type { TokenPair } from '@movie-rental/contracts';
import type { Transaction } from '@movie-rental/mysql';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from './access-token.ts';
import { hashRefreshToken, newRefreshToken } from './refresh-token.ts';
import { insertRefreshToken } from './session-sql.ts';
import type { SigningKey } from './signing-key.ts';
import type { UserRow } from './user-sql.ts';

interface Grant {
  user: Pick<UserRow, 'username' | 'role'>;
  sessionId: string;
  /** The hash of the refresh token that is traded in; null at sign-in. */
  parentHash: Buffer | null;
}

/** A new pair of tokens for a session that `tx` has locked or made. */
export async function issueTokens(
  tx: Transaction,
  signingKey: SigningKey,
  { user, sessionId, parentHash }: Grant,
): Promise<TokenPair> {
  const refreshToken = newRefreshToken();
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
