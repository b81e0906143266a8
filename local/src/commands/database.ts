import { parseArgs } from 'node:util';
import { type Database, withDatabase } from '@movie-rental/mysql';
import { INSTANCE_OPTION } from '../instance/instance.ts';
import { readEndpoints } from '../instance/state.ts';

/**
 * Runs a command with the database of a running instance.
 *
 * @param read gives the work that the arguments ask for; gets them without `--instance NAME`
 * @returns the work's exit code
 * @throws Error if that instance is not running, and what `read` and its work throw
 */
export async function runWithDatabase(
  args: readonly string[],
  read: (rest: string[]) => (database: Database) => Promise<number>,
): Promise<number> {
  const options = {
    args: [...args],
    options: INSTANCE_OPTION,
    strict: false,
    tokens: true,
  } as const;
  const { values, tokens } = parseArgs(options);
  const taken = tokens.flatMap((token) => {
    if (token.kind !== 'option' || token.name !== 'instance') return [];
    return token.inlineValue ? [token.index] : [token.index, token.index + 1];
  });
  const work = read(args.filter((_arg, index) => !taken.includes(index)));
  const { mysql } = await readEndpoints(String(values.instance));
  return withDatabase(mysql.url, work);
}
