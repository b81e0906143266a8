import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Driver } from '../drivers/driver.ts';
import { FunctionSpec } from '../function-spec.ts';
import { LogBook } from '../logs/log-book.ts';
import { FunctionStore } from './function-store.ts';
import { Registry } from './registry.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts nothing; what the image `slow` needs is there when the test says so. */
class SlowDriver implements Pick<Driver, 'check' | 'prepare' | 'recover'> {
  arrive: () => void = () => {};
  readonly #arrived = new Promise<void>((resolve) => {
    this.arrive = resolve;
  });

  async check(): Promise<void> {}

  async prepare({ image }: FunctionSpec): Promise<void> {
    if (image === 'slow') await this.#arrived;
  }

  async recover() {
    return new Map();
  }
}

async function open(driver: SlowDriver): Promise<Registry> {
  return new Registry({
    driver: driver as Pick<Driver, 'check'> as Driver,
    store: await FunctionStore.open(mkdtempSync(join(folder, 'functions-'))),
    logs: await LogBook.open(mkdtempSync(join(folder, 'logs-'))),
    log: pino({ level: 'silent' }),
    listener: { deploying: () => {}, removed: () => {} },
  });
}

const spec = (service: string, image: string, secrets: string[] = []) =>
  FunctionSpec.parse({ service, image, secrets, labels: { 'com.openfaas.scale.min': '0' } });

test('what is not there yet holds up no other change', async () => {
  const driver = new SlowDriver();
  const registry = await open(driver);
  const slow = registry.deploy(spec('slow', 'slow'));
  await registry.deploy(spec('other', 'there'));
  await registry.scale('other', 0);
  await registry.remove('other');
  driver.arrive();
  await slow;
  expect(registry.list().map(({ name }) => name)).toEqual(['slow']);
});

test('of two deployments the later one stays, though the earlier is ready after it', async () => {
  const driver = new SlowDriver();
  const registry = await open(driver);
  const earlier = registry.deploy(spec('fn', 'slow'));
  await registry.deploy(spec('fn', 'there'));
  driver.arrive();
  await earlier;
  expect(registry.get('fn').deployment.spec.image).toBe('there');
});

test('what was removed meanwhile does not come back', async () => {
  const driver = new SlowDriver();
  const registry = await open(driver);
  await registry.deploy(spec('fn', 'there'));
  const update = registry.update(spec('fn', 'slow'));
  const deployment = registry.deploy(spec('fn', 'slow'));
  await registry.remove('fn');
  driver.arrive();
  await Promise.all([update, deployment]);
  expect(registry.list()).toEqual([]);
});

test('a secret is taken away only when no function has it', async () => {
  const registry = await open(new SlowDriver());
  await registry.deploy(spec('one', 'there', ['key']));
  await registry.deploy(spec('two', 'there', ['key', 'other']));
  let removed = false;
  const remove = async () => {
    removed = true;
  };
  await expect(registry.releaseSecret('key', remove)).rejects.toMatchObject({
    status: 409,
    message: expect.stringContaining('one, two'),
  });
  expect(removed).toBe(false);
  await registry.remove('one');
  await registry.update(spec('two', 'there'));
  await registry.releaseSecret('key', remove);
  expect(removed).toBe(true);
});
