import { parseArgs } from 'node:util';
import { Username } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { grant, type RoleChange, revoke } from '../administrator/administrators.ts';
import { UsageError } from './usage-error.ts';

const ACTIONS = { grant, revoke } as const;
type Action = keyof typeof ACTIONS;

/** Access tokens carry the role; the next one is issued at a sign-in or a refresh. */
const TAKES_EFFECT =
  'It takes effect at the next sign-in or token refresh, at the latest after 15 minutes.';

/**
 * Reads a command that makes a user an administrator, or no longer one.
 *
 * @param program how the command is called, for its usage
 * @returns does it, and gives the exit code
 * @throws UsageError if it is not said so
 */
export function roleCommand(
  args: readonly string[],
  program: string,
): (database: Database) => Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [action = '', name, ...more] = positionals;
  if (!isAction(action) || name === undefined || more.length > 0) {
    throw new UsageError(`${program} grant USER | revoke USER`);
  }
  const username = Username.safeParse(name).data;
  return async (database) => {
    const change =
      username === undefined ? 'unknown user' : await ACTIONS[action](database, username);
    return report(action, username ?? name, change);
  };
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
