import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL } from '../paths.ts';

/** One bring-up's folders: its data, its secrets, what it writes. */
export type Instance = {
  readonly name: string;
  readonly folder: string;
  readonly data: string;
  readonly logs: string;
  readonly secrets: string;
  /** What is made anew at every start: configurations, bundles. */
  readonly generated: string;
  readonly stateFile: string;
};

export const DEFAULT_INSTANCE = 'default';

/**
 * The instance of a name, whether it is there or not.
 *
 * @throws Error where the name could leave the folder of instances or meet another file there
 */
export function instanceOf(name: string): Instance {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name) || name === 'packages') {
    throw new Error(`“${name}” cannot be an instance's name: lower-case letters, digits and -`);
  }
  const folder = join(LOCAL, name);
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

/** Where an instance's functions, connectors and provider are bundled to. */
export function bundlesOf({ generated }: Instance): string {
  return join(generated, 'bundles');
}

/** Makes the instance's folders; its owner alone may look into them, since secrets and data are there. */
export async function makeFolders(instance: Instance): Promise<void> {
  await mkdir(instance.folder, { recursive: true, mode: 0o700 });
  for (const folder of [instance.data, instance.logs, instance.secrets, instance.generated]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
}
