import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BenchDriver, ProviderBench, until } from './running-provider.ts';

/** An engine that has one image, and never gets to the end of a pull. */
class StuckEngine implements BenchDriver {
  readonly image = 'present';
  pulls = 0;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  async prepare(): Promise<Record<string, string>> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return { DRIVER: 'docker', DOCKER_NETWORK: 'n', DOCKER_HOST: `tcp://127.0.0.1:${port}` };
  }

  async clear(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(url, 'http://engine');
    const answers: Record<string, unknown> = {
      '/info': { NCPU: 1 },
      '/networks/n': {},
      '/containers/json': [],
      '/images/present:latest/json': { Id: 'sha256:1' },
    };
    response.setHeader('Content-Type', 'application/json');
    if (pathname === '/images/create') {
      this.pulls += 1;
      response.once('close', () => {
        this.pulls -= 1;
      });
      response.write('{"status":"Downloading"}\n');
    } else if (pathname in answers) response.end(JSON.stringify(answers[pathname]));
    else response.writeHead(404).end('{"message":"none"}');
  }
}

const engine = new StuckEngine();
const bench = new ProviderBench(engine);
const labels = { 'com.openfaas.scale.min': '0' };

beforeAll(async () => {
  await bench.build();
  await bench.start();
});
afterAll(() => bench.close());

test('a pull that takes long holds up nothing else, not even the end of the provider', async () => {
  const stuck = bench.system('POST', 'functions', { service: 'stuck', image: 'absent', labels });
  await until(() => engine.pulls === 1);
  const deployment = { service: 'other', image: engine.image, labels };
  const changes = [
    ['POST', 'functions', deployment],
    ['PUT', 'functions', deployment],
    ['POST', 'scale-function/other', { replicas: 0 }],
    ['DELETE', 'functions', { functionName: 'other' }],
  ] as const;
  for (const [method, path, body] of changes) {
    expect((await bench.system(method, path, body)).status).toBe(202);
  }
  const started = Date.now();
  const ended = bench.stop();
  const refused = await stuck;
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ detail: 'The provider is ending' });
  expect(await ended).toBe(0);
  expect(Date.now() - started).toBeLessThan(5_000);
  await until(() => engine.pulls === 0);
});
