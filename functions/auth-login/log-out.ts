import type { Database } from '@movie-rental/mysql';
import { endSession, hashRefreshToken, lockSessionOf } from './sessions.ts';

/** Ends the session of a refresh token; one that is unknown or over is no error (RFC 7009). */
export async function logOut(database: Database, refreshToken: string): Promise<void> {
  await database.transaction(async (tx) => {
    const session = await lockSessionOf(tx, hashRefreshToken(refreshToken));
    if (session) await endSession(tx, session.id, await tx.now());
  });
}
