import { parseArgs } from 'node:util';
import { type Database, withDatabase } from '@movie-rental/mysql';
import { readEndpoints } from '../instance/endpoints.ts';
import { DEFAULT_INSTANCE } from '../instance/instance.ts';

/** The option by which a command is told which instance it is for. */
export const INSTANCE_OPTION = {
  instance: { type: 'string', default: DEFAULT_INSTANCE },
} as const;

/** Parts `--instance NAME` from the arguments that are a command's own. */
export function takeInstance(args: readonly string[]): { instance: string; rest: string[] } {
  const options = {
    args: [...args],
    options: INSTANCE_OPTION,
    strict: false,
    tokens: true,
  } as const;
  const { values, tokens } = parseArgs(options);
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name !== 'instance') continue;
    taken.add(token.index);
    if (token.inlineValue === false) taken.add(token.index + 1);
  }
  const rest = args.filter((_arg, index) => !taken.has(index));
  return { instance: String(values.instance), rest };
}

/**
 * Does something with the database of a running instance.
 *
 * @throws Error where that instance does not run, and what `work` throws
 */
export async function withInstanceDatabase<Result>(
  instance: string,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { mysql } = await readEndpoints(instance);
  return withDatabase(mysql.url, work);
}
