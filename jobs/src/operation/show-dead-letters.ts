import type { Database } from '@movie-rental/mysql';
import {
  countDeadLetters,
  findDeadLetter,
  listDeadLetters,
} from '@movie-rental/mysql/dead-letters';
import { letterJson, letterTable, wholeLetter } from './dead-letter-text.ts';

/** A file or a pipe gets whole lines. */
const ANY_WIDTH = Number.MAX_SAFE_INTEGER;

/**
 * Prints the newest dead letters as a table, or as one JSON object a line.
 *
 * @returns the exit code 0
 */
export async function list(
  database: Database,
  { json, limit }: { json: boolean; limit: number },
): Promise<number> {
  const letters = await listDeadLetters(database, { limit });
  if (json) for (const letter of letters) console.log(JSON.stringify(letter));
  else if (letters.length === 0) console.log('There are no dead letters.');
  else {
    console.log(letterTable(letters, process.stdout.columns ?? ANY_WIDTH));
    const count = await countDeadLetters(database);
    if (count > letters.length) console.log(`\nThe newest ${letters.length} of ${count}.`);
  }
  return 0;
}

/**
 * Prints a dead letter with its headers and its payload.
 *
 * @returns the exit code: 1 if there is none of this number
 */
export async function show(database: Database, id: number, json: boolean): Promise<number> {
  const letter = await findDeadLetter(database, id);
  if (!letter) {
    console.error(`There is no dead letter ${id}.`);
    return 1;
  }
  console.log(json ? JSON.stringify(letterJson(letter)) : wholeLetter(letter));
  return 0;
}
