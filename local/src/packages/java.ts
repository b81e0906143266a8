import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PACKAGES } from '../paths.ts';
import { run } from '../process/run.ts';
import { openApt, packageNames, unpackPackages } from './apt.ts';
import { findProgram } from './program.ts';
import { firstSource, type Source } from './source.ts';
import { debianSource } from './store.ts';
import { libraryEnvironment, namesIn } from './tree.ts';

/** A Java runtime. */
export type Java = {
  /** The folder that `bin/java` is in. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
};

/** The oldest Java that the Kafka broker runs on. */
const OLDEST_JAVA = 17;

/** Reads the release out of what `java -version` prints (`openjdk version "17.0.15" …`). */
export function parseJavaVersion(text: string): number | undefined {
  const version = /version "(\d+)/.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

/** The oldest headless runtime that fits, of Debian's package names: the best tried one. */
export function choosePackage(names: readonly string[]): string | undefined {
  const releases = names
    .map((name) => /^openjdk-(\d+)-jre-headless$/.exec(name)?.[1])
    .filter((release) => release !== undefined)
    .map(Number)
    .filter((release) => release >= OLDEST_JAVA);
  return releases.length === 0 ? undefined : `openjdk-${Math.min(...releases)}-jre-headless`;
}

const installed: Source<Java> = {
  name: 'installed on this machine',
  async find() {
    const home = process.env.JAVA_HOME;
    const places = [home === undefined ? undefined : join(home, 'bin'), process.env.PATH];
    const program = await findProgram('java', places.filter(Boolean).join(':'));
    if (program === undefined) return undefined;
    const { stderr } = await run(program, ['-version']);
    if ((parseJavaVersion(stderr) ?? 0) < OLDEST_JAVA) return undefined;
    return { home: dirname(dirname(await realpath(program))), env: {} };
  },
};

async function unpack(folder: string): Promise<void> {
  const apt = await openApt(PACKAGES);
  const name = choosePackage(await packageNames(apt, 'openjdk-'));
  if (name === undefined) throw new Error(`the registries offer no Java ${OLDEST_JAVA}`);
  await unpackPackages(apt, [name], folder);
}

/** Where Java can come from, best first. */
export const javaSources: readonly Source<Java>[] = [
  installed,
  debianSource('java', unpack, async (root) => {
    const machines = join(root, 'usr', 'lib', 'jvm');
    const name = (await namesIn(machines)).find((entry) => /^java-\d+-openjdk-/.test(entry));
    if (name === undefined) throw new Error(`no Java runtime in ${machines}`);
    return { home: join(machines, name), env: await libraryEnvironment(root) };
  }),
];

/** The first Java runtime that fits, downloaded if the machine has none. */
export function java(): Promise<Java> {
  return firstSource('Java runtime', javaSources);
}
