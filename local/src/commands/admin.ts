import { roleCommand } from '@movie-rental/jobs/role-command';
import { runWithDatabase } from './database.ts';

/** Makes a user an administrator, or no longer one. */
export function run(args: string[]): Promise<number> {
  return runWithDatabase(args, (rest) => roleCommand(rest, 'npm run admin --'));
}
