import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { withPorts } from '../servers/server.ts';
import { choosePort, isListening } from './ports.ts';

const servers: Server[] = [];

async function listen(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

test('a port that is taken is replaced by a free one', async () => {
  const taken = await listen(0);
  const chosen = await choosePort(taken);
  expect(chosen).not.toBe(taken);
  expect(await isListening(taken)).toBe(true);
  expect(await isListening(chosen)).toBe(false);
});

test('free ports are below those of outgoing connections, and never the same twice', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => choosePort('free')));
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) expect(port).toBeLessThan(32_768);
});

test('says which preferred port is taken', async () => {
  const taken = await listen(0);
  const said: string[] = [];
  const context = { ports: 'preferred', say: (text: string) => said.push(text) } as const;
  const port = await withPorts(context, { shop: taken }, async (ports) => ports.shop);
  expect(said).toEqual([`port ${taken} is taken: shop listens on ${port}`]);
});

test('a port that was lost between choice and start is replaced', async () => {
  const tried: number[] = [];
  const context = { ports: 'free', say: () => undefined } as const;
  const port = await withPorts(context, { shop: 'free' }, async (ports) => {
    tried.push(ports.shop);
    if (tried.length > 1) return ports.shop;
    await listen(ports.shop);
    throw new Error('address in use');
  });
  expect(tried).toHaveLength(2);
  expect(port).toBe(tried[1]);
});

test('a start that fails for another reason is not tried again', async () => {
  let attempts = 0;
  const context = { ports: 'free', say: () => undefined } as const;
  const started = withPorts(context, { shop: 'free' }, async () => {
    attempts += 1;
    throw new Error('broken configuration');
  });
  await expect(started).rejects.toThrow('broken configuration');
  expect(attempts).toBe(1);
});
