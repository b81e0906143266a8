import { deadLetterCommand } from '@movie-rental/jobs/dead-letter-command';
import { runWithDatabase } from './database.ts';

/** Lists, shows, redrives or drops what could not be published or handled. */
export function run(args: string[]): Promise<number> {
  return runWithDatabase(args, (rest) => deadLetterCommand(rest, 'npm run dlq --'));
}
