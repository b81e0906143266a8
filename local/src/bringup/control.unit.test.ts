import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openControl, openSocketFolder } from '../instance/control.ts';
import { type Instance, instanceIn, makeFolders } from '../instance/instance.ts';
import { writeState } from '../instance/state.ts';
import { identify, type ProcessIdentity } from '../process/identity.ts';
import { untilReady } from '../process/service.ts';
import { Supervisor } from '../process/supervisor.ts';
import { serveControl } from './control.ts';

const TOKEN = 'the-token';
const WAITS = "trap 'sleep 0.3; exit 0' TERM; echo up; while :; do sleep 0.01; done";

let root: string;
let instance: Instance;
let supervisor: Supervisor;
let stops: number;
let close: () => Promise<void>;

/** An instance in a folder that is too deep for a socket's path. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'control-'));
  instance = instanceIn(join(root, 'a-deep-folder/'.repeat(12)), 'deep');
  await makeFolders(instance);
  await setToken(TOKEN);
  supervisor = new Supervisor({ say: () => undefined, changed: async () => undefined });
  stops = 0;
  const stop = () => {
    stops += 1;
  };
  ({ close } = await serveControl(instance, TOKEN, supervisor, stop));
});

afterEach(async () => {
  await close();
  supervisor.kill();
  await rm(root, { recursive: true });
});

const setToken = (token: string) => {
  const self = identify(process.pid) as ProcessIdentity;
  return writeState(instance, { supervisor: self, processes: [], token });
};

async function startPart(name: string): Promise<void> {
  const log = join(instance.logs, `${name}.log`);
  const spec = { name, command: ['sh', '-c', WAITS] as const, env: process.env, log };
  const service = await supervisor.start(spec, 1);
  await untilReady(service, () => service.output().includes('up'));
  supervisor.keep(service);
}

async function openSocket(): Promise<Socket> {
  const folder = openSocketFolder(instance);
  const socket = connect(folder.path);
  await once(socket, 'connect');
  folder.close();
  return socket;
}

/** Sends something that is no request of the client's, and gives the first line of the answer. */
async function sendRaw(bytes: string): Promise<string> {
  const socket = await openSocket();
  socket.write(bytes);
  const [line = ''] = (await text(socket)).split('\r\n');
  return line;
}

const control = () => openControl(instance);

async function expectUnharmed(): Promise<void> {
  expect(await control().state()).toEqual({ pid: process.pid, parts: supervisor.parts() });
}

test('tells the parts, and stops, starts and restarts one', async () => {
  await startPart('kafka-bridge');
  const { pid, parts } = await control().state();
  expect(pid).toBe(process.pid);
  expect(parts).toMatchObject([{ name: 'kafka-bridge', status: 'running', restarts: 0 }]);
  expect(await control().part('stop', 'kafka-bridge')).toMatchObject({ status: 'stopped' });
  const started = await control().part('start', 'kafka-bridge');
  expect(started).toMatchObject({ status: 'running', restarts: 1 });
  const restarted = await control().part('restart', 'kafka-bridge');
  expect(restarted).toMatchObject({ status: 'running', restarts: 2 });
  expect((await control().state()).parts).toEqual([restarted]);
});

test('stops everything', async () => {
  await control().stop();
  expect(stops).toBe(1);
});

test('only the owner may open the socket', async () => {
  const { mode } = await stat(join(instance.folder, 'control.sock'));
  expect(mode & 0o777).toBe(0o600);
});

test('an unknown part is named, with those that exist', async () => {
  await startPart('nginx');
  const asked = control().part('stop', 'ngnix');
  await expect(asked).rejects.toThrow('There is no part “ngnix”; there are: nginx');
  await expectUnharmed();
});

test.each(['../../stop', 'nginx/stop', 'ü %', ''])('no part is called “%s”', async (name) => {
  await startPart('nginx');
  await expect(control().part('stop', name)).rejects.toThrow('There is no');
  expect(supervisor.parts()).toMatchObject([{ status: 'running' }]);
  expect(stops).toBe(0);
});

test('a part that is not ready yet is left alone', async () => {
  const log = join(instance.logs, 'slow.log');
  await supervisor.start({ name: 'slow', command: ['sleep', '100'], env: process.env, log }, 1);
  await expect(control().part('restart', 'slow')).rejects.toThrow('slow is still starting');
  expect(supervisor.parts()).toMatchObject([{ status: 'starting' }]);
});

test.each(['', 'the-tokem', 'the-token-and-more'])(
  'the token “%s” opens nothing',
  async (wrong) => {
    await startPart('nginx');
    await setToken(wrong);
    await expect(control().state()).rejects.toThrow('wrong token');
    await expect(control().stop()).rejects.toThrow('wrong token');
    await expect(control().part('stop', 'nginx')).rejects.toThrow('wrong token');
    expect(stops).toBe(0);
    expect(supervisor.parts()).toMatchObject([{ status: 'running' }]);
  },
);

test('a request without a token is refused', async () => {
  expect(await sendRaw('POST /stop HTTP/1.0\r\n\r\n')).toMatch(/ 401 /);
  expect(stops).toBe(0);
});

test.each([
  ['garbage', '\u0000\u0001{"stop":true}\n'],
  ['too long a header', `GET /state HTTP/1.1\r\nauthorization: ${'x'.repeat(10_000)}\r\n\r\n`],
])('%s is refused', async (_what, bytes) => {
  expect(await sendRaw(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  await expectUnharmed();
});

test('a client that sends half a line is dropped', async () => {
  const socket = await openSocket();
  socket.write('GET /sta');
  const answer = text(socket);
  await expectUnharmed();
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
}, 15_000);

test('a client that goes away does not keep what it asked for from being done', async () => {
  await startPart('nginx');
  const socket = await openSocket();
  socket.write(
    `POST /parts/nginx/stop HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`,
  );
  while ((await control().state()).parts[0]?.status === 'running') socket.destroy();
  expect(supervisor.parts()).toMatchObject([{ status: 'stopped' }]);
  await expectUnharmed();
});

test('an instance without a supervisor says so', async () => {
  await close();
  await expect(control().state()).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  await rm(instance.stateFile);
  await expect(control().state()).rejects.toThrow('Nothing is running');
  close = async () => undefined;
});
