import { expect, test } from '@jest/globals';
import { debianMirror, failedFetches, parseAptIndexes, parseCandidate } from './apt.ts';
import { choosePackage, parseJavaVersion } from './java.ts';
import { projectFile } from './maven.ts';
import { parseOsRelease } from './store.ts';

const INDEXES = `http://mirror.example/debian/|bookworm|Debian|main
http://mirror.example/debian/|bookworm|Debian|contrib
http://security.example/debian-security/|bookworm-security|Debian|main
https://other.example/apt/|stable|Other|main
`;

test('the mirror of Debian’s own archive is found among the machine’s indexes', () => {
  const indexes = parseAptIndexes(INDEXES);
  expect(indexes).toHaveLength(4);
  expect(debianMirror(indexes, 'bookworm')).toBe('http://mirror.example/debian/');
  expect(debianMirror(indexes, 'trixie')).toBeUndefined();
});

test('another distribution’s mirror is not Debian’s', () => {
  const ubuntu = parseAptIndexes('http://mirror.example/ubuntu/|noble|Ubuntu|main\n');
  expect(debianMirror(ubuntu, 'noble')).toBeUndefined();
});

test('a candidate is read from a policy', () => {
  expect(parseCandidate('nginx:\n  Installed: (none)\n  Candidate: 1.22.1-9\n')).toBe('1.22.1-9');
  expect(parseCandidate('nginx:\n  Installed: (none)\n  Candidate: (none)\n')).toBeUndefined();
  expect(parseCandidate('')).toBeUndefined();
});

test('os-release is read with and without quotes', () => {
  const text = 'PRETTY_NAME="Debian"\nVERSION_CODENAME=bookworm\nID=debian\n';
  expect(parseOsRelease(text)).toEqual({ id: 'debian', codename: 'bookworm' });
  expect(parseOsRelease('ID="ubuntu"\nVERSION_CODENAME=noble\n').id).toBe('ubuntu');
  expect(parseOsRelease('')).toEqual({ id: '', codename: '' });
});

test('the oldest Java that fits is chosen, headless', () => {
  const names = ['openjdk-8-jre-headless', 'openjdk-21-jre-headless', 'openjdk-17-jre-headless'];
  expect(choosePackage([...names, 'openjdk-17-jre'])).toBe('openjdk-17-jre-headless');
  expect(choosePackage(['openjdk-11-jre-headless', 'openjdk-17-jre'])).toBeUndefined();
});

test('the release of Java is read', () => {
  expect(parseJavaVersion('openjdk version "17.0.15" 2025-04-15')).toBe(17);
  expect(parseJavaVersion('openjdk version "21" 2023-09-19')).toBe(21);
  expect(parseJavaVersion('java version "1.8.0_402"')).toBe(1);
});

test('a Maven project depends on each artifact', () => {
  const text = projectFile(['org.example:one:1.0', 'org.example:two:2.0']);
  expect(text).toContain('<artifactId>one</artifactId><version>1.0</version>');
  expect(text.match(/<dependency>/g)).toHaveLength(2);
});

test('what apt-get update could not fetch is told from its other warnings', () => {
  const stderr = [
    'W: Failed to fetch http://mirror.example/dists/stable/InRelease  Could not resolve',
    'W: Some index files failed to download. They have been ignored, or old ones used instead.',
    'W: Target Packages is configured multiple times',
  ].join('\n');
  expect(failedFetches(stderr)).toEqual([stderr.split('\n')[0]]);
});
