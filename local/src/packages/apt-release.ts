import { run } from '../process/run.ts';

/** One package index that the machine's apt is set up for. */
export type AptIndex = {
  readonly uri: string;
  readonly codename: string;
  readonly origin: string;
  readonly component: string;
};

const FIELDS = ['REPO_URI', 'CODENAME', 'ORIGIN', 'COMPONENT'] as const;

/** Reads what `apt-get indextargets` printed in the format of `aptIndexes`: one index a line, parts of it by `|`. */
export function parseAptIndexes(text: string): AptIndex[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [uri = '', codename = '', origin = '', component = ''] = line.split('|');
      return { uri, codename, origin, component };
    });
}

/**
 * The binary package indexes of the machine's own apt configuration, fetched or not.
 *
 * @throws CommandError where the machine has no apt
 */
export async function aptIndexes(options: readonly string[]): Promise<AptIndex[]> {
  const format = FIELDS.map((field) => `$(${field})`).join('|');
  const { stdout } = await run('apt-get', [
    ...options,
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ]);
  return parseAptIndexes(stdout);
}

/** The mirror that carries a Debian machine's main archive; undefined on another distribution. */
export function debianMirror(indexes: readonly AptIndex[], codename: string): string | undefined {
  return indexes.find(
    (index) =>
      index.origin === 'Debian' && index.codename === codename && index.component === 'main',
  )?.uri;
}
