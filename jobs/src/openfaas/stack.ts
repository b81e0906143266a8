import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readStack, type StackFunction, Texts } from '../../../tools/stack.ts';
import { readIfThere } from '../files.ts';

const EnvironmentFile = z.object({ environment: Texts.default({}) });

/** What faas-cli sends to deploy a function (faas-provider, `FunctionDeployment`). */
export type Deployment = {
  readonly service: string;
  readonly image: string;
  readonly namespace?: string;
  readonly envProcess: string;
  readonly envVars: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly constraints: readonly string[];
  readonly secrets: readonly string[];
  readonly limits?: NonNullable<StackFunction['limits']>;
  readonly requests?: NonNullable<StackFunction['limits']>;
  readonly readOnlyRootFilesystem: boolean;
};

/**
 * Reads the deployments of a stack.yml as faas-cli does: variables are replaced, `environment` wins over
 * `environment_file`, the process is the template's where the function names none.
 *
 * @param file stack.yml; the files it names, and `template/`, lie in its folder
 * @throws Error if it is not a stack.yml
 */
export async function readDeployments(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Deployment[]> {
  const { functions } = readStack(file, env);
  const folder = dirname(file);
  return Promise.all(Object.entries(functions).map(([name, fn]) => deployment(folder, name, fn)));
}

async function deployment(folder: string, name: string, fn: StackFunction): Promise<Deployment> {
  const files = await Promise.all(fn.environment_file.map((file) => environment(folder, file)));
  return {
    service: name,
    image: fn.image,
    ...(fn.namespace === undefined ? {} : { namespace: fn.namespace }),
    envProcess: fn.fprocess ?? (await templateProcess(folder, fn.lang)),
    envVars: Object.assign({}, ...files, fn.environment),
    labels: fn.labels,
    annotations: fn.annotations,
    constraints: fn.constraints,
    secrets: fn.secrets,
    ...(fn.limits === undefined ? {} : { limits: fn.limits }),
    ...(fn.requests === undefined ? {} : { requests: fn.requests }),
    readOnlyRootFilesystem: fn.readonly_root_filesystem,
  };
}

async function environment(folder: string, file: string): Promise<Record<string, string>> {
  return EnvironmentFile.parse(parse(await readFile(join(folder, file), 'utf8'))).environment;
}

async function templateProcess(folder: string, lang: string | undefined): Promise<string> {
  if (lang === undefined) return '';
  const text = await readIfThere(join(folder, 'template', lang, 'template.yml'));
  return text === undefined ? '' : String((parse(text) as { fprocess?: string }).fprocess ?? '');
}
