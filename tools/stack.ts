import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

const LANGUAGE = 'node18-typescript';
const VARIABLE = /\$\{(\w+)(?::?-([^}]*))?\}/g;

/** What a build needs to know of one function of stack.yml. */
export interface StackFunction {
  readonly name: string;
  /** The handler's folder, relative to stack.yml. */
  readonly handler: string;
  readonly image: string;
}

/**
 * The functions of a stack.yml, its `${VARIABLE:-default}` replaced as faas-cli does it.
 * @throws Error that names the function that lacks something or is of another language.
 */
export async function readStack(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<StackFunction[]> {
  const text = substitute(await readFile(file, 'utf8'), env);
  const { functions } = (parse(text) ?? {}) as { functions?: Record<string, unknown> };
  return Object.entries(functions ?? {}).map(([name, value]) => checkFunction(name, value));
}

/** Replaces `${NAME}` and `${NAME:-default}`; an empty variable counts as unset. */
export function substitute(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(VARIABLE, (_match, name: string, fallback = '') => env[name] || fallback);
}

function checkFunction(name: string, value: unknown): StackFunction {
  const { lang, handler, image } = (value ?? {}) as Record<string, unknown>;
  const fault = (what: string) => new Error(`The function ${name} of stack.yml ${what}`);
  if (lang !== LANGUAGE) throw fault(`is written in ${lang}, and only ${LANGUAGE} is built here`);
  if (typeof handler !== 'string') throw fault('names no handler');
  if (typeof image !== 'string') throw fault('names no image');
  return { name, handler, image };
}
