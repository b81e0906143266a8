import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../process/lock.ts';
import { run } from '../process/run.ts';

/** A private apt: the machine's registries, but lists and downloads in a folder, without root. */
export type Apt = { readonly folder: string };

/** Lists older than this are fetched again: mirrors drop superseded packages. */
const LISTS_AGE_MS = 10 * 60_000;

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Hooks of the machine (caches to clear, a desktop to notify) are not for a private folder. */
function configuration(folder: string, extra: readonly string[]): string {
  return [
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    `Dir::State::lists "${folder}/lists";`,
    `Dir::Cache "${folder}/cache";`,
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
    'Debug::NoLocking "1";',
    'APT::Sandbox::User "";',
    'APT::Install-Recommends "false";',
    'Acquire::Retries "3";',
    'Acquire::Languages "none";',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
    ...extra,
    '',
  ].join('\n');
}

/** Options that make any apt command work in the folder. */
function options(apt: Apt): string[] {
  return ['-c', join(apt.folder, 'apt.conf')];
}

async function open(folder: string, extra: readonly string[]): Promise<Apt> {
  const apt = { folder };
  await withLock(`${folder}.lock`, async () => {
    const stamp = join(folder, 'updated');
    const age = await stat(stamp).then(
      (file) => Date.now() - file.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (age < LISTS_AGE_MS) return;
    await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
    await mkdir(join(folder, 'cache'), { recursive: true });
    await writeFile(join(folder, 'apt.conf'), configuration(folder, extra));
    if (await update(apt)) await writeFile(stamp, '');
  });
  return apt;
}

/**
 * Fetches the lists. apt-get reports success even if a registry does not answer; then the lists that
 * are there are used, and the next call fetches again.
 *
 * @returns whether all were fetched
 * @throws Error with apt-get's own complaints if there is no list at all
 */
async function update(apt: Apt): Promise<boolean> {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stderr } = await run('apt-get', [...options(apt), '-q', 'update'], { env });
  const complaints = failedFetches(stderr);
  const lists = (await readdir(join(apt.folder, 'lists'))).filter((name) => /_Packages/.test(name));
  if (complaints.length > 0 && lists.length === 0) {
    throw new Error(`apt-get update has reached no registry\n${complaints.join('\n')}`);
  }
  return complaints.length === 0;
}

/** The lines by which `apt-get update` says, in English, what it could not fetch. */
export function failedFetches(stderr: string): string[] {
  return stderr.split('\n').filter((line) => /^[WE]: Failed to fetch /.test(line));
}

/**
 * The machine's own release. Packages that it has installed count as present.
 *
 * @param store folder that keeps the lists
 * @throws CommandError if the machine has no apt or its registries do not answer
 */
export function openApt(store: string): Promise<Apt> {
  return open(join(store, 'apt'), []);
}

/** The mirror from which a Debian machine gets its own release; undefined on another distribution. */
export async function machineMirror(own: Apt, codename: string): Promise<string | undefined> {
  return debianMirror(await aptIndexes(options(own)), codename);
}

/**
 * Debian's development release at the machine's own mirror. Its packages need its own C library, so nothing
 * that is installed counts: a download brings all that the packages depend on.
 *
 * @param own the machine's own release, which must be Debian's
 * @param codename of the machine's own release
 * @returns undefined if the machine does not get its packages from a Debian mirror
 */
export async function openDebianDevelopment(
  store: string,
  own: Apt,
  codename: string,
): Promise<Apt | undefined> {
  const mirror = await machineMirror(own, codename);
  if (mirror === undefined) return undefined;
  const folder = join(store, 'apt-unstable');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'sources.list'),
    `deb [signed-by=${DEBIAN_KEYRING}] ${mirror} unstable main\n`,
  );
  await writeFile(join(folder, 'status'), '');
  return open(folder, [
    `Dir::Etc::sourcelist "${folder}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    `Dir::State::status "${folder}/status";`,
  ]);
}

/** Reads the candidate version out of `apt-cache policy PACKAGE`; undefined if there is none. */
export function parseCandidate(policy: string): string | undefined {
  const version = /^\s+Candidate: (\S+)$/m.exec(policy)?.[1];
  return version === '(none)' ? undefined : version;
}

/** The version of a package that the registries offer; undefined if they do not have it. */
export async function candidate(apt: Apt, name: string): Promise<string | undefined> {
  const { stdout } = await run('apt-cache', [...options(apt), 'policy', name]);
  return parseCandidate(stdout);
}

/** Names of packages that the registries know and that begin with a prefix. */
export async function packageNames(apt: Apt, prefix: string): Promise<string[]> {
  const { stdout } = await run('apt-cache', [...options(apt), 'pkgnames', prefix]);
  return stdout.split('\n').filter((name) => name !== '');
}

/**
 * Downloads packages, and all they need that is not there, and unpacks them into a folder.
 *
 * @throws CommandError if a package is unknown, cannot be fetched or fails its check
 */
export async function unpackPackages(
  apt: Apt,
  names: readonly string[],
  folder: string,
): Promise<void> {
  const archives = `${folder}.archives`;
  await mkdir(join(archives, 'partial'), { recursive: true });
  const install = ['-y', '-q', '--download-only', '--reinstall', 'install', ...names];
  await run('apt-get', [...options(apt), `-oDir::Cache::archives=${archives}`, ...install]);
  await unpackArchives(archives, folder);
}

/**
 * Downloads packages without what they depend on, for programs that find all that on the machine, and
 * unpacks them into a folder.
 *
 * @throws CommandError if a package is unknown, cannot be fetched or fails its check
 */
export async function unpackAlone(
  apt: Apt,
  names: readonly string[],
  folder: string,
): Promise<void> {
  const archives = `${folder}.archives`;
  await mkdir(archives, { recursive: true });
  await run('apt-get', [...options(apt), '-q', 'download', ...names], { cwd: archives });
  await unpackArchives(archives, folder);
}

async function unpackArchives(archives: string, folder: string): Promise<void> {
  for (const file of (await readdir(archives)).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg', ['-x', join(archives, file), folder]);
  }
  await rm(archives, { recursive: true });
  for (const unused of ['doc', 'man', 'locale']) {
    await rm(join(folder, 'usr', 'share', unused), { recursive: true, force: true });
  }
}

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
 * @throws CommandError if the machine has no apt
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
