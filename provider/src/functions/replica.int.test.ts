import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { until } from '../../tests/running-provider.ts';
import type { Driver, Instance } from '../drivers/driver.ts';
import { FunctionSpec } from '../function-spec.ts';
import { Replica } from './replica.ts';

/** When a replica was asked whether it is ready. */
let asked: number[] = [];
const server = createServer((_request, response) => {
  asked.push(performance.now());
  response.writeHead(503).end();
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

/** Starts what listens and never becomes ready. */
class NeverReady implements Pick<Driver, 'start'> {
  readonly graces: number[] = [];

  async start(): Promise<Instance> {
    const { port } = server.address() as AddressInfo;
    let end: (how: string) => void = () => {};
    const exited = new Promise<string>((resolve) => {
      end = resolve;
    });
    const stop = async (grace: number) => {
      this.graces.push(grace);
      end('stopped');
    };
    const origin = `http://127.0.0.1:${port}`;
    return { origin, exited, stop, leave: stop, consumption: async () => undefined };
  }
}

function replicaOf(driver: NeverReady, longestStart: number, logged: string[] = []): Replica {
  asked = [];
  const write = (line: string) => logged.push(JSON.parse(line).reason);
  return new Replica({
    id: 'fn-1',
    spec: FunctionSpec.parse({ service: 'fn', image: 'i' }),
    driver: driver as Pick<Driver, 'start'> as Driver,
    log: pino({}, { write }),
    onLine: () => {},
    lastLineAt: async () => undefined,
    onChange: () => {},
    longestStart,
  });
}

test('one that does not become ready in time is ended and started again', async () => {
  const driver = new NeverReady();
  const logged: string[] = [];
  const replica = replicaOf(driver, 100, logged);
  expect(replica.isStarting).toBe(true);
  await until(() => driver.graces.length === 2);
  expect(replica.isStarting).toBe(false);
  await replica.stop();
  expect(driver.graces.slice(0, 2)).toEqual([0, 0]);
  expect(logged[0]).toBe('it did not become ready in time');
});

test('one that takes its time is asked less and less often', async () => {
  const replica = replicaOf(new NeverReady(), 60_000);
  await until(() => asked.length === 6);
  await replica.stop();
  const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
  expect(pauses[4]).toBeGreaterThan(300);
});
