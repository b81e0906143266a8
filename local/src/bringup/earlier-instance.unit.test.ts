import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { newSigningKey } from '@movie-rental/jobs/keys';
import { run as stop } from '../commands/stop.ts';
import { type Instance, instanceIn, instanceOf } from '../instance/instance.ts';
import { accountOf, applicationSecrets, instanceSecret } from '../instance/secrets.ts';
import { lastState, readEndpoints, type State, writeState } from '../instance/state.ts';
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { openSession } from './session.ts';

/** What a supervisor wrote that was killed before there were control sockets; its secrets are made up. */
const FIXTURE = join(import.meta.dirname, 'earlier-instance');

let instance: Instance;
let said: string[];
let privateKey: string;
const started: ProcessIdentity[] = [];

beforeEach(async () => {
  said = [];
  instance = instanceIn(await mkdtemp(join(tmpdir(), 'earlier-')), 'earlier');
  await cp(FIXTURE, instance.folder, { recursive: true });
  privateKey = newSigningKey();
  await writeFile(join(instance.secrets, 'jwt-private-key'), privateKey);
});

afterEach(async () => {
  for (const identity of started.splice(0)) if (isAlive(identity)) process.kill(identity.pid);
  await rm(instance.folder, { recursive: true, force: true });
});

/** A process with its own session, as a supervisor starts them. */
async function startProcess(): Promise<ProcessIdentity> {
  const child = spawn('sh', ['-c', 'echo up; exec sleep 100'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const identity = identify(child.pid as number) as ProcessIdentity;
  started.push(identity);
  return identity;
}

const open = () => openSession(instance, { ports: 'free', say: (text) => said.push(text) });

const secretFiles = async () =>
  Promise.all(
    [...(await readdir(join(FIXTURE, 'secrets'))), 'jwt-private-key'].map(async (name) => [
      name,
      await readFile(join(instance.secrets, name), 'utf8'),
    ]),
  );

test('its secrets are kept', async () => {
  const before = await secretFiles();
  const session = await open();
  const secrets = await applicationSecrets(instance, 'mysql://x/');
  expect(secrets['service-token']).toBe('not-a-real-service-token');
  expect(secrets['jwt-private-key']).toBe(privateKey);
  for (const purpose of ['admin', 'gateway'] as const) {
    const password = `not-a-real-${purpose}-password`;
    expect(await accountOf(instance, purpose)).toEqual({ username: 'admin', password });
  }
  for (const name of ['mysql-app-password', 'mysql-root-password', 'rabbitmq-password']) {
    expect(await instanceSecret(instance, name)).toBe(`not-a-real-${name}`);
  }
  expect(await instanceSecret(instance, 'kafka-cluster-id')).toBe('not-a-real-cluster-idA');
  await session.close();
  expect(await secretFiles()).toEqual(before);
});

test('what it left running is ended, and any process that has one of its numbers now is left alone', async () => {
  const left = await startProcess();
  const other = await startProcess();
  const state = (await lastState(instance)) as State;
  const [epmd, mysql] = state.processes;
  const processes = [
    { name: 'epmd', ...epmd, ...left },
    { name: 'mysql', started: '', ...mysql, pid: other.pid },
  ];
  await writeState(instance, { ...state, processes });
  const session = await open();
  expect(said).toEqual(['the last run was killed; what it left running is ended first']);
  while (isAlive(left)) await new Promise(setImmediate);
  expect(isAlive(other)).toBe(true);
  expect(await lastState(instance)).toEqual({
    supervisor: identify(process.pid),
    processes: [],
    token: expect.stringMatching(/^[\w-]{43}$/),
  });
  await session.close();
  expect(await lastState(instance)).toBeUndefined();
});

test('while it runs, it can be asked for its addresses and be stopped', async () => {
  const name = `earlier-${process.pid}`;
  const running = instanceOf(name);
  const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await cp(FIXTURE, running.folder, { recursive: true });
    const state = (await lastState(running)) as State;
    const supervisor = await startProcess();
    await writeState(running, { ...state, supervisor });
    expect(await readEndpoints(name)).toEqual(state.endpoints);
    expect(await stop(['--instance', name])).toBe(0);
    expect(isAlive(supervisor)).toBe(false);
    expect(print).toHaveBeenCalledWith(`Stopped process ${supervisor.pid} with epmd, mysql.`);
  } finally {
    print.mockRestore();
    await rm(running.folder, { recursive: true, force: true });
  }
});
