import { parseArgs } from 'node:util';
import { IdText } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { drop, redrive, settle } from './settle-dead-letters.ts';
import { list, show } from './show-dead-letters.ts';
import { UsageError } from './usage-error.ts';

const usage = (program: string) => `${program} list [--limit N] [--json]
${program} show ID [--json]
${program} redrive ID… | --all
${program} drop ID… | --all`;

const OPTIONS = {
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  limit: { type: 'string', default: '50' },
} as const;

const SETTLEMENTS: Readonly<Record<string, typeof drop>> = { drop, redrive };

interface Request {
  ids: readonly number[];
  all: boolean;
  json: boolean;
  limit: number;
}

/** Does what was asked for and gives the exit code. */
type Work = (database: Database) => Promise<number>;

/**
 * Reads a command that lists, shows, redrives or drops what could not be published or handled.
 *
 * @param program how the command is called, for its usage
 * @throws UsageError if it is not said so
 */
export function deadLetterCommand(args: readonly string[], program: string): Work {
  const options = { args: [...args], allowPositionals: true, options: OPTIONS } as const;
  const { values, positionals } = parseArgs(options);
  const [action = '', ...ids] = positionals;
  const wholeNumber = (text: string) => {
    const number = IdText.safeParse(text);
    if (number.success) return number.data;
    throw new UsageError(`“${text}” is not a positive whole number.\n\n${usage(program)}`);
  };
  const work = workFor(action, {
    ...values,
    ids: ids.map(wholeNumber),
    limit: wholeNumber(values.limit),
  });
  if (!work) throw new UsageError(usage(program));
  return work;
}

/** Undefined where the action is not known, or which dead letters it is for. */
function workFor(action: string, { ids, all, json, limit }: Request): Work | undefined {
  const [id] = ids;
  if (action === 'list' && id === undefined && !all) {
    return (database) => list(database, { json, limit });
  }
  if (action === 'show' && id !== undefined && ids.length === 1 && !all) {
    return (database) => show(database, id, json);
  }
  const settleOne = Object.hasOwn(SETTLEMENTS, action) ? SETTLEMENTS[action] : undefined;
  const chosenOneWay = all !== ids.length > 0;
  if (!settleOne || !chosenOneWay) return undefined;
  return (database) => settle(database, all ? 'all' : ids, settleOne);
}
