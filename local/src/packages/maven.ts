import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run.ts';
import { openApt, unpackPackages } from './apt.ts';
import { java } from './java.ts';
import { findProgram } from './program.ts';
import { relinkTree } from './tree.ts';

/** A Maven artifact: `group:artifact:version`. */
export type Artifact = `${string}:${string}:${string}`;

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** The machine's registries may be named here, also where Maven itself is not installed. */
const MACHINE_SETTINGS = '/etc/maven/settings.xml';

/** A Maven project whose only purpose is to depend on the artifacts. */
export function projectFile(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':');
    return `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>movie-rental</groupId>
  <artifactId>libraries</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}

/** The machine's Maven, else one unpacked from its registries into the folder. */
async function maven(store: string, folder: string): Promise<string> {
  const program = await findProgram('mvn');
  if (program !== undefined) return program;
  await mkdir(folder, { recursive: true });
  await unpackPackages(await openApt(store), ['maven'], folder);
  await relinkTree(folder);
  return join(folder, 'usr', 'share', 'maven', 'bin', 'mvn');
}

/**
 * Copies artifacts, and all they depend on at run time, into a folder; Maven's checksums must hold.
 *
 * @param store where package lists are kept
 * @param folder gets the jar files; what is needed meanwhile lies beside it and is removed
 * @throws CommandError if Maven fails; its message has Maven's own
 */
export async function copyArtifacts(
  store: string,
  artifacts: readonly Artifact[],
  folder: string,
): Promise<void> {
  const work = `${folder}.maven`;
  await mkdir(work, { recursive: true });
  const [mvn, runtime] = await Promise.all([maven(store, join(work, 'software')), java()]);
  await writeFile(join(work, 'pom.xml'), projectFile(artifacts));
  const settings = existsSync(MACHINE_SETTINGS) ? ['-gs', MACHINE_SETTINGS] : [];
  await run(
    mvn,
    [
      ...['-q', '-B', '-C', ...settings, `-Dmaven.repo.local=${join(work, 'repository')}`],
      ...[COPY, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`],
    ],
    { cwd: work, env: { ...process.env, ...runtime.env, JAVA_HOME: runtime.home } },
  );
  await rm(work, { recursive: true });
}
