import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@movie-rental/mysql';
import { eventually } from '@movie-rental/testkit';

/**
 * What a call answers that checks a password by the user's old hash, and finds another in its place
 * once it comes to lock the user.
 * @throws where it does not wait for that lock.
 */
export async function whileHashIsReplaced<Reply>(
  database: Database,
  [username, newHash]: [username: string, newHash: string],
  call: () => Promise<Reply>,
): Promise<Reply> {
  const reply = await database.transaction(async (tx) => {
    await tx.run('UPDATE users SET password_hash = ? WHERE username = ?', [newHash, username]);
    const calling = call();
    const tooSoon = calling.then((reply) => {
      throw new Error(`It did not wait: ${JSON.stringify(reply)}`);
    });
    await Promise.race([eventually(() => waitsForLock(database)), tooSoon]);
    return () => calling;
  });
  return reply();
}

/** InnoDB serves this table from a cached copy, refreshed only after 100 ms without a read. */
const FRESH_MS = 150;

/** True once a transaction on the test's own database waits for another. */
async function waitsForLock(database: Database): Promise<boolean> {
  await delay(FRESH_MS);
  const waiting = await database.first(
    `SELECT 1 FROM information_schema.innodb_trx
     JOIN information_schema.processlist ON id = trx_mysql_thread_id
     WHERE db = DATABASE() AND trx_state = 'LOCK WAIT'`,
  );
  return waiting !== undefined;
}
