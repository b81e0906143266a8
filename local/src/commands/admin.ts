import { roleCommand } from '@movie-rental/jobs/role-command';
import { takeInstance, withInstanceDatabase } from '../operation/instance-database.ts';

/** Makes a user an administrator, or no longer one. */
export async function run(args: string[]): Promise<number> {
  const { instance, rest } = takeInstance(args);
  return withInstanceDatabase(instance, roleCommand(rest, 'npm run admin --'));
}
