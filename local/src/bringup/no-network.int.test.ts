import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readIfThere } from '@movie-rental/jobs/files';
import { instanceOf } from '../instance/instance.ts';
import { ROOT } from '../paths.ts';
import { cleanEnvironment } from '../process/run.ts';

/** Everything that fetches over a network; replaced by programs that write down their call and fail. */
const FETCHERS = ['apt-get', 'apt-cache', 'mvn', 'npm', 'curl', 'wget', 'docker'];

let folder: string;
let calls: string;

/** Puts such programs into the PATH, before the machine's own. */
async function standIn(names: readonly string[]): Promise<void> {
  const script = `#!/bin/sh\necho "$0 $*" >> '${calls}'\necho 'no network' >&2\nexit 100\n`;
  for (const name of names) await writeFile(join(folder, 'bin', name), script, { mode: 0o755 });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'no-network-'));
  calls = join(folder, 'calls');
  await mkdir(join(folder, 'bin'));
  await standIn(FETCHERS);
});

afterEach(() => rm(folder, { recursive: true }));

function run(root: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(root, 'local', 'run.mjs'), ...args], {
    cwd: root,
    env: { ...cleanEnvironment(), PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A separate checkout with the dependencies, but nothing downloaded and no MySQL installed. */
async function coldCheckout(): Promise<string> {
  await standIn(['mysqld']);
  const root = join(folder, 'checkout');
  await cp(join(ROOT, 'local'), join(root, 'local'), { recursive: true });
  for (const name of ['node_modules', 'package.json', 'package-lock.json']) {
    await symlink(join(ROOT, name), join(root, name));
  }
  return root;
}

async function ended(child: ChildProcess) {
  const stdout = text(child.stdout as NodeJS.ReadableStream);
  const stderr = text(child.stderr as NodeJS.ReadableStream);
  const [code] = await once(child, 'exit');
  return { code: code as number | null, stdout: await stdout, stderr: await stderr };
}

test('with everything downloaded, the whole system starts and nothing is fetched', async () => {
  const instance = instanceOf(`no-network-${process.pid}`);
  const child = run(ROOT, ['start', '--instance', instance.name]);
  const end = ended(child);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  try {
    const { code, stdout, stderr } = await end;
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    expect(stdout).toContain('The movie rental is ready.');
    expect(await readIfThere(calls)).toBeUndefined();
  } finally {
    await rm(instance.folder, { recursive: true, force: true });
  }
}, 120_000);

test('with nothing downloaded, each unavailable server is named with the reason', async () => {
  const root = await coldCheckout();
  const { code, stderr } = await ended(run(root, ['servers', '--instance', 'cold']));
  expect(code).toBe(1);
  for (const server of ['MySQL server', 'Kafka broker']) {
    expect(stderr).toContain(`No ${server} is available for this machine.`);
  }
  expect(stderr).toMatch(
    /could not be downloaded: [\s\S]*no network[\s\S]*npm run doctor says more/,
  );
  expect(await readIfThere(join(root, '.local', 'cold', 'state.json'))).toBeUndefined();
}, 60_000);

test('with nothing downloaded, the doctor says what to fix', async () => {
  const { code, stdout } = await ended(run(await coldCheckout(), ['doctor']));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✗ apt .*\n.*→ .*network/m);
  expect(stdout).toMatch(/^✗ MySQL /m);
}, 60_000);

test('with everything downloaded, the doctor finds nothing to fix', async () => {
  const { code, stdout } = await ended(run(ROOT, ['doctor', '--instance', 'not-there']));
  expect(`${code} ${stdout}`).toMatch(/^0 ✓/);
  expect(await readIfThere(calls)).toBeUndefined();
}, 60_000);

test('if files cannot be written, the folder is named', async () => {
  const root = await coldCheckout();
  await symlink('/sys/kernel', join(root, '.local'));
  const { code, stderr } = await ended(run(root, ['servers', '--instance', 'unwritable']));
  expect(code).toBe(1);
  expect(stderr).toContain(`${join(root, '.local')} cannot be written to`);
}, 60_000);
