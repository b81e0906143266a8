import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@movie-rental/jobs/files';
import { LOCAL } from '../paths.ts';

/** The folders of one bring-up: its data, its secrets, what it writes. */
export type Instance = {
  readonly name: string;
  readonly folder: string;
  readonly data: string;
  readonly logs: string;
  readonly secrets: string;
  /** What every start makes again: configurations, bundles. */
  readonly generated: string;
  readonly stateFile: string;
};

export const DEFAULT_INSTANCE = 'default';

/** The option that tells a command which instance it is for. */
export const INSTANCE_OPTION = {
  instance: { type: 'string', default: DEFAULT_INSTANCE },
} as const;

/**
 * The instance of a name, whether it exists or not.
 *
 * @throws Error if the name could leave the folder of instances or clash with another file there
 */
export function instanceOf(name: string): Instance {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name) || name === 'packages') {
    throw new Error(`“${name}” cannot be an instance's name: lower-case letters, digits and -`);
  }
  return instanceIn(join(LOCAL, name), name);
}

/** An instance in any folder. */
export function instanceIn(folder: string, name: string): Instance {
  return {
    name,
    folder,
    data: join(folder, 'data'),
    logs: join(folder, 'logs'),
    secrets: join(folder, 'secrets'),
    generated: join(folder, 'generated'),
    stateFile: join(folder, 'state.json'),
  };
}

/** The folder of an instance's bundled functions, connectors and provider. */
export function bundlesOf({ generated }: Instance): string {
  return join(generated, 'bundles');
}

/** Makes the instance's folders; only their owner may look into them, since they hold secrets and data. */
export async function makeFolders({ folder, data, logs, secrets, generated }: Instance) {
  for (const path of [folder, data, logs, secrets, generated]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
}

/** Writes a file that only its owner may read, completely or not at all, even if it is being read. */
export function writePrivate(file: string, content: string): Promise<void> {
  return writeWhole(file, content, 0o600);
}
