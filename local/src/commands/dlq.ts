import { parseArgs } from 'node:util';
import { IdText } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/database';
import { INSTANCE_OPTION, withDatabase } from '../operation/instance-database.ts';
import { drop, redrive, settle } from '../operation/settle-dead-letters.ts';
import { list, show } from '../operation/show-dead-letters.ts';

const USAGE = `npm run dlq -- list [--limit N] [--json]
npm run dlq -- show ID [--json]
npm run dlq -- redrive ID… | --all
npm run dlq -- drop ID… | --all`;

const OPTIONS = {
  ...INSTANCE_OPTION,
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

/** Lists, shows, redrives or drops what could not be published or handled. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [action = '', ...ids] = positionals;
  const work = workFor(action, {
    ...values,
    ids: ids.map(wholeNumber),
    limit: wholeNumber(values.limit),
  });
  if (!work) throw new Error(USAGE);
  return withDatabase(values.instance, work);
}

function wholeNumber(text: string): number {
  const number = IdText.safeParse(text);
  if (!number.success) throw new Error(`“${text}” is not a positive whole number.\n\n${USAGE}`);
  return number.data;
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
