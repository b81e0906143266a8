import { parseArgs } from 'node:util';
import { Username } from '@movie-rental/contracts';
import { grant, type RoleChange, revoke } from '@movie-rental/jobs/administrators';
import { INSTANCE_OPTION, withDatabase } from '../operation/instance-database.ts';

const ACTIONS = { grant, revoke } as const;
type Action = keyof typeof ACTIONS;

const USAGE = 'npm run admin -- grant USER | revoke USER';

/** Access tokens carry the role; the next one is issued at a sign-in or a refresh. */
const TAKES_EFFECT =
  'It takes effect at the next sign-in or token refresh, at the latest after 15 minutes.';

/** Makes a user an administrator, or no longer one. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: INSTANCE_OPTION,
  });
  const [action = '', name, ...more] = positionals;
  if (!isAction(action) || name === undefined || more.length > 0) throw new Error(USAGE);
  const username = Username.safeParse(name).data;
  const change =
    username === undefined
      ? 'unknown user'
      : await withDatabase(values.instance, (database) => ACTIONS[action](database, username));
  return report(action, username ?? name, change);
}

function isAction(text: string): text is Action {
  return Object.hasOwn(ACTIONS, text);
}

function report(action: Action, name: string, change: RoleChange): number {
  switch (change) {
    case 'changed':
      console.log(`${name} is ${stateAfter(action)} now. ${TAKES_EFFECT}`);
      return 0;
    case 'unchanged':
      console.log(`${name} is ${stateAfter(action)} already.`);
      return 0;
    case 'unknown user':
      console.error(`There is no user “${name}”.`);
      return 1;
    case 'last administrator':
      console.error(`${name} is the last administrator: make another one first.`);
      return 1;
    default:
      return change satisfies never;
  }
}

function stateAfter(action: Action): string {
  return action === 'grant' ? 'an administrator' : 'a customer';
}
