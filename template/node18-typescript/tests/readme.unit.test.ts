import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FunctionBench } from './running-function.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const readme = readFileSync(here('../README.md'), 'utf8');
const bench = new FunctionBench();

/** The first code of a language below a heading. */
function code(heading: string, language: string): string {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const [, text] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(section) ?? [];
  if (text === undefined) throw new Error(`"${heading}" has no ${language}`);
  return text;
}

/** Bundles the example below a heading under a name. */
async function bundleExample(heading: string, name: string): Promise<void> {
  const folder = join(bench.folder, 'sources', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'handler.ts'), code(heading, 'ts'));
  await bench.bundleFrom({ [name]: folder });
}

/** Serves rates of exchange, and counts the connections that it is asked over. */
async function startRates() {
  const connections = new Set<number | undefined>();
  const server = createServer(({ url = '', socket }, response) => {
    connections.add(socket.remotePort);
    response.statusCode = ['/healthz', '/rates/EUR'].includes(url) ? 200 : 404;
    response.end(JSON.stringify({ rate: 2 }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, connections, url: `http://127.0.0.1:${port}` };
}

beforeAll(async () => {
  await bench.bundle();
  symlinkSync(here('../../../node_modules'), join(bench.folder, 'node_modules'));
});
afterAll(() => bench.close());

test('the JSON API over a pool', async () => {
  await bundleExample('A JSON API over a pool', 'exchange');
  const rates = await startRates();
  const { url, child, exited } = await bench.start('exchange', {
    RATES_URL: rates.url,
    healthcheck_interval: '0s',
  });
  const post = (body: unknown) =>
    fetch(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  for (let call = 0; call < 10; call += 1) {
    const response = await post({ amount: 21, currency: 'EUR' });
    expect(await response.json()).toEqual({ amount: 42, currency: 'EUR' });
  }
  expect(rates.connections.size).toBe(1);
  expect((await post({ amount: 1, currency: 'X/Y' })).status).toBe(404);
  expect((await post({})).status).toBe(400);
  expect((await fetch(url)).status).toBe(405);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  rates.server.closeAllConnections();
  rates.server.close();
  const broken = await bench.start('exchange', { RATES_URL: rates.url }, { ready: false });
  expect(await broken.exited).toBe(1);
}, 30_000);

test('the stream of any size', async () => {
  await bundleExample('A stream of any size', 'compress');
  const { url } = await bench.start('compress');
  const sent = Buffer.alloc(20 * 1_048_576, 'text ');
  const response = await fetch(url, { method: 'POST', body: new Uint8Array(sent) });
  expect(response.headers.get('content-type')).toBe('application/gzip');
  expect(gunzipSync(await response.arrayBuffer()).equals(sent)).toBe(true);
});
