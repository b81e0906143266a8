import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ProviderBench, until } from '../../../provider/tests/running-provider.ts';
import { type Instance, instanceOf, makeFolders } from '../instance/instance.ts';
import { Supervisor } from '../process/supervisor.ts';
import { startNginx } from './nginx.ts';
import type { Context } from './server.ts';

/** What Nginx sends `/api/movies` to. */
const FUNCTION = 'movie-crud';
const providers = [new ProviderBench(), new ProviderBench()] as const;
const servers: Server[] = [];
let context: Context;

beforeAll(() => Promise.all(providers.map((provider) => provider.build())), 60_000);
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'my nginx-'));
  const { name, ...paths } = instanceOf('test');
  const moved = Object.entries(paths).map(([key, path]) => [
    key,
    path.replace(paths.folder, folder),
  ]);
  const instance = { name, ...Object.fromEntries(moved) } as Instance;
  await makeFolders(instance);
  const supervisor = new Supervisor({ say: () => {}, changed: async () => {} });
  context = { instance, supervisor, ports: 'free', say: () => {} };
});
afterEach(async () => {
  await context.supervisor.stop(false);
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(context.instance.folder, { recursive: true, force: true });
});
afterAll(() => Promise.all(providers.map((provider) => provider.close())));

const hostOf = ({ url }: { url: string }) => new URL(url).host;

/** A gateway that does with each request what it is told to. */
async function gateway(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Reads by four clients while something is done. @returns each answer that was not 200. */
async function readWhile(url: string, action: () => Promise<void>): Promise<number[]> {
  const failures: number[] = [];
  let going = true;
  const client = async () => {
    while (going) {
      const { status } = await fetch(`${url}/api/movies`);
      if (status !== 200) failures.push(status);
    }
  };
  const clients = [client(), client(), client(), client()];
  await action().finally(() => {
    going = false;
  });
  await Promise.all(clients);
  return failures;
}

test('a gateway that is killed costs no GET, and is asked again when it is back', async () => {
  const [first, second] = providers;
  for (const provider of providers) {
    await provider.start();
    await provider.deploy(FUNCTION);
  }
  const url = await startNginx(context, providers.map(hostOf));
  const pidOf = async () =>
    ((await (await fetch(`${url}/api/movies`)).json()) as { pid: number }).pid;
  const answering = async () => new Set(await Promise.all([1, 2, 3, 4, 5, 6].map(pidOf)));
  expect((await answering()).size).toBe(2);
  const failures = await readWhile(url, async () => {
    await sleep(200);
    await first.stop('SIGKILL');
    await sleep(1_000);
    const { pid } = await second.echo(FUNCTION);
    expect(await answering()).toEqual(new Set([pid]));
    await first.start({ PORT: new URL(first.url).port });
    await first.available(FUNCTION, 1);
    await until(async () => (await answering()).size === 2);
  });
  expect(failures).toEqual([]);
}, 60_000);

/** Who Nginx says a request is from, when a proxy says that it is from 203.0.113.7. */
async function clientBehind(trustedProxies: string[]): Promise<string> {
  const echo = await gateway((request, response) => {
    response.end(String(request.headers['x-forwarded-for']));
  });
  const url = await startNginx(context, [echo], { trustedProxies });
  const headers = { 'x-forwarded-for': '198.51.100.9, 203.0.113.7' };
  return (await fetch(`${url}/api/movies`, { headers })).text();
}

test('one address has 200 requests at once, and is told of more', async () => {
  const held: (() => void)[] = [];
  const slow = await gateway((_request, response) => {
    held.push(() => response.end('{}'));
  });
  const url = await startNginx(context, [slow]);
  const requests = Array.from({ length: 200 }, () => fetch(`${url}/api/movies`));
  await until(() => held.length === 200);
  const refused = await fetch(`${url}/api/movies`);
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(await refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
  for (const answer of held.splice(0)) answer();
  const statuses = (await Promise.all(requests)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  const again = fetch(`${url}/api/movies`);
  await until(() => held.length === 1);
  held[0]?.();
  expect((await again).status).toBe(200);
}, 60_000);

test('a proxy that is trusted says whose request it is', async () => {
  expect(await clientBehind(['127.0.0.0/8'])).toBe('203.0.113.7');
});

test('whoever else calls is the client, whatever it says', async () => {
  expect(await clientBehind(['10.0.0.0/8'])).toBe('127.0.0.1');
});

test('a POST whose gateway dies under it is 502 and not sent to another', async () => {
  const seen = { dying: 0, living: 0 };
  const dying = await gateway((request) => {
    seen.dying += 1;
    request.socket.destroy();
  });
  const living = await gateway((_request, response) => {
    seen.living += 1;
    response.end('{}');
  });
  const url = await startNginx(context, [dying, living]);
  const statuses: number[] = [];
  for (let call = 0; call < 10; call += 1) {
    const response = await fetch(`${url}/api/movies`, { method: 'POST', body: '{}' });
    statuses.push(response.status);
  }
  expect(seen.dying + seen.living).toBe(10);
  expect(seen.dying).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 502)).toHaveLength(seen.dying);
  expect(statuses.filter((status) => status === 200)).toHaveLength(seen.living);
});

test('a POST whose gateway cannot be reached at all is answered by the other', async () => {
  const dead = await gateway(() => {});
  const [server] = servers.splice(0);
  server?.close();
  const living = await gateway((_request, response) => response.end('{}'));
  const url = await startNginx(context, [dead, living]);
  for (let call = 0; call < 4; call += 1) {
    const response = await fetch(`${url}/api/movies`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(200);
  }
});
