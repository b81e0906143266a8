import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHealth, type Health } from './health.ts';
import { freePort, type HealthClient, healthClient } from './health-client.ts';
import { startHealthServer } from './health-server.ts';

let port: number;
let client: HealthClient;
let health: Health;
let close: () => void;

beforeEach(async () => {
  port = await freePort();
  client = healthClient(port);
  health = createHealth(new AbortController().signal);
  close = await startHealthServer({ HEALTH_PORT: port }, health);
});
afterEach(() => close());

describe('the health server', () => {
  test('says whether the connector lives and why it is not ready', async () => {
    expect(await client.get('/healthz')).toEqual({ status: 200, text: 'OK\n' });
    expect(await client.get('/readyz')).toEqual({ status: 503, text: 'starting\n' });
    health.unreadyBecause(() => undefined);
    health.heartbeat(true);
    expect(await client.get('/readyz?verbose')).toEqual({ status: 200, text: 'OK\n' });
    health.isStuck = () => true;
    expect(await client.get('/healthz')).toEqual({ status: 503, text: 'stuck\n' });
    expect(await client.status('/')).toBe(404);
  });

  test("shows the process's metrics beside the connector's", async () => {
    let counted = 2;
    health.metrics.counter({
      name: 'tests_total',
      help: 'Of this test',
      labelNames: ['kind'],
      read: () => [{ labels: { kind: 'a' }, value: counted }],
    });
    expect(await client.metric('tests_total{kind="a"}')).toBe(2);
    counted = 3;
    expect(await client.metric('tests_total{kind="a"}')).toBe(3);
    expect(await client.metric('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(await client.metric('connector_ready')).toBe(0);
  });

  test('drops a gauge that nothing is known of', async () => {
    let samples = [{ labels: { kind: 'a' }, value: 1 }];
    const read = () => samples;
    health.metrics.gauge({ name: 'known', help: 'Of this test', labelNames: ['kind'], read });
    expect(await client.metric('known{kind="a"}')).toBe(1);
    samples = [];
    expect(await client.metric('known{kind="a"}')).toBeUndefined();
  });

  test('answers a fault in a metric by 500 and goes on', async () => {
    health.metrics.gauge({
      name: 'broken',
      help: 'Of this test',
      read: () => {
        throw new Error('not to be read');
      },
    });
    expect(await client.get('/metrics')).toMatchObject({
      status: 500,
      text: expect.stringMatching(/not to be read/),
    });
    expect(await client.status('/healthz')).toBe(200);
  });

  test('listens on the address that HEALTH_HOST names, where it is one of this machine', async () => {
    // An address for documentation, which no machine has.
    const config = { HEALTH_PORT: await freePort(), HEALTH_HOST: '192.0.2.1' };
    await expect(startHealthServer(config, health)).rejects.toThrow(/EADDRNOTAVAIL/);
  });

  test('says which port it cannot have', async () => {
    await expect(startHealthServer({ HEALTH_PORT: port }, health)).rejects.toThrow(
      new RegExp(`^HEALTH_PORT ${port} cannot be used: .*EADDRINUSE`),
    );
  });

  test('is not there without a port', async () => {
    const servers = () => process.getActiveResourcesInfo().filter((one) => one === 'TCPServerWrap');
    const before = servers();
    (await startHealthServer({}, health))();
    expect(servers()).toEqual(before);
    expect(before).not.toEqual([]);
  });
});
