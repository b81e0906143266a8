import { parseArgs } from 'node:util';
import { type Database, withDatabase } from '@movie-rental/mysql';
import { INSTANCE_OPTION } from '../instance/instance.ts';
import { readEndpoints } from '../instance/state.ts';

/** Does something with a database and gives the exit code. */
type Work = (database: Database) => Promise<number>;

/**
 * Runs a command with the database of a running instance.
 *
 * @param read reads the arguments, without `--instance NAME`
 * @throws Error if that instance is not running, and what `read` and its work throw
 */
export async function runWithDatabase(
  args: readonly string[],
  read: (rest: string[]) => Work,
): Promise<number> {
  const { instance, rest } = takeInstance(args);
  const work = read(rest);
  const { mysql } = await readEndpoints(instance);
  return withDatabase(mysql.url, work);
}

/** Separates `--instance NAME` from the arguments that are the command's own. */
function takeInstance(args: readonly string[]): { instance: string; rest: string[] } {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: INSTANCE_OPTION,
    strict: false,
    tokens: true,
  });
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name !== 'instance') continue;
    taken.add(token.index);
    if (token.inlineValue === false) taken.add(token.index + 1);
  }
  const rest = args.filter((_arg, index) => !taken.has(index));
  return { instance: String(values.instance), rest };
}
