import type { Trace } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { requireVersion } from './if-match.ts';
import { appendMovieEvent, lockMovie } from './movie-sql.ts';

export interface MovieRemoval {
  id: number;
  ifMatch: string | undefined;
  trace: Trace;
}

/**
 * Takes a movie out of the catalogue. Its row stays, for the history of its rentals; its active
 * rentals are cancelled by whoever consumes the event.
 * @throws HttpError 404 or 412.
 */
export async function removeMovie(database: Database, removal: MovieRemoval): Promise<void> {
  await database.transaction(async (tx) => {
    const movie = await lockMovie(tx, removal.id);
    requireVersion(removal.ifMatch, movie.version);
    const now = await tx.now();
    const removed = { ...movie, version: movie.version + 1, updated_at: now, removed_at: now };
    await tx.run('UPDATE movie SET version = ?, updated_at = ?, removed_at = ? WHERE id = ?', [
      removed.version,
      now,
      now,
      removed.id,
    ]);
    await appendMovieEvent(tx, 'movie.removed', removed, removal.trace);
  });
}
