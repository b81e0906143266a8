import { Refusal, type TokenPair } from '@movie-rental/contracts';
import type { Database, Transaction } from '@movie-rental/mysql';
import { decideRotation } from './rotation.ts';
import {
  endSession,
  hashRefreshToken,
  issueTokens,
  lockSessionOf,
  markUsed,
  readRefreshToken,
} from './sessions.ts';
import type { SigningKey } from './signing-key.ts';
import { findUser } from './user-sql.ts';

interface Dependencies {
  database: Database;
  signingKey: SigningKey;
}

/**
 * Trades a refresh token in for a new pair, with the role that the user has now.
 * @throws Refusal `invalid_refresh_token`, which does not tell why.
 */
export async function refresh(
  { database, signingKey }: Dependencies,
  refreshToken: string,
): Promise<TokenPair> {
  const tokenHash = hashRefreshToken(refreshToken);
  // The refusal is thrown outside: inside, it would roll back the end of the session.
  const pair = await database.transaction((tx) => rotate(tx, signingKey, tokenHash));
  if (!pair) throw new Refusal('invalid_refresh_token');
  return pair;
}

async function rotate(
  tx: Transaction,
  signingKey: SigningKey,
  tokenHash: Buffer,
): Promise<TokenPair | undefined> {
  const session = await lockSessionOf(tx, tokenHash);
  const token = session && (await readRefreshToken(tx, tokenHash));
  if (!token) return undefined;
  const now = await tx.now();
  const decision = decideRotation({ ...token, sessionEnded: session.ended }, now);
  if (decision === 'end-session') await endSession(tx, session.id, now);
  const user = decision === 'rotate' ? await findUser(tx, session.username) : undefined;
  if (!user) return undefined;
  await markUsed(tx, tokenHash, now);
  return issueTokens(tx, signingKey, { user, sessionId: session.id, parentHash: tokenHash });
}
