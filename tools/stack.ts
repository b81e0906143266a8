import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const LANGUAGE = 'node18-typescript';
const VARIABLE = /\$\{(\w+)(?::?-([^}]*))?\}/g;

/** An empty value is an empty text, and a number is a text, as they are to faas-cli. */
const Text = z.preprocess((value) => value ?? '', z.coerce.string());
/** A map of texts, as in `environment` of stack.yml and of the files that it names. */
export const Texts = z.record(z.string(), Text);
const Resources = z.object({ cpu: z.coerce.string(), memory: z.coerce.string() }).partial();

/** What faas-cli reads of a function (its package `stack`); like faas-cli, it ignores other fields. */
export const StackFunction = z.object({
  lang: z.string().optional(),
  handler: z.string().optional(),
  image: z.string(),
  registry_auth: z.string().optional(),
  fprocess: z.string().optional(),
  namespace: z.string().optional(),
  environment: Texts.default({}),
  environment_file: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  skip_build: z.boolean().optional(),
  constraints: z.array(z.string()).default([]),
  labels: Texts.default({}),
  annotations: Texts.default({}),
  limits: Resources.optional(),
  requests: Resources.optional(),
  readonly_root_filesystem: z.boolean().default(false),
  build_args: Texts.optional(),
  build_options: z.array(z.string()).optional(),
  platforms: z.string().optional(),
});
export type StackFunction = z.infer<typeof StackFunction>;

const Stack = z.looseObject({
  configuration: z.looseObject({ copy: z.array(z.string()).default([]) }).default({ copy: [] }),
  functions: z
    .record(z.string(), StackFunction)
    .nullish()
    .transform((functions) => functions ?? {}),
});
/** A stack.yml; sections that are of no concern here are kept as they were written. */
export type Stack = z.infer<typeof Stack>;

/** A function that this project's template builds. */
export interface BuiltFunction {
  readonly name: string;
  /** The handler's folder, relative to stack.yml. */
  readonly handler: string;
  readonly image: string;
}

/**
 * Reads a stack.yml, with its variables replaced as faas-cli does it.
 * @throws Error that names the file and each fault.
 */
export function readStack(file: string, env: NodeJS.ProcessEnv = process.env): Stack {
  return parseStack(substitute(readFileSync(file, 'utf8'), env), file);
}

/** As `readStack`, of a text whose variables have been replaced. */
export function parseStack(text: string, file = 'stack.yml'): Stack {
  const parsed = Stack.safeParse(parse(text) ?? {});
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not a valid stack file:\n${z.prettifyError(parsed.error)}`);
}

/** Replaces `${NAME}` and `${NAME:-default}`; an empty variable counts as unset. */
export function substitute(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(VARIABLE, (_match, name: string, fallback = '') => env[name] || fallback);
}

/** The functions to build. @throws Error that names the one that lacks something or is of another language. */
export function builtFunctions({ functions }: Stack): BuiltFunction[] {
  return Object.entries(functions).map(([name, { lang, handler, image }]) => {
    const fault = (what: string) => new Error(`The function ${name} of stack.yml ${what}`);
    if (lang !== LANGUAGE) throw fault(`is written in ${lang}, and only ${LANGUAGE} is built here`);
    if (handler === undefined) throw fault('names no handler');
    return { name, handler, image };
  });
}
