import { deadLetterCommand } from '@movie-rental/jobs/dead-letter-command';
import { takeInstance, withInstanceDatabase } from '../operation/instance-database.ts';

/** Lists, shows, redrives or drops what could not be published or handled. */
export async function run(args: string[]): Promise<number> {
  const { instance, rest } = takeInstance(args);
  return withInstanceDatabase(instance, deadLetterCommand(rest, 'npm run dlq --'));
}
