import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createHealth, type Health } from './health.ts';

let stopping: AbortController;
let health: Health;

beforeEach(() => {
  jest.useFakeTimers();
  stopping = new AbortController();
  health = createHealth(stopping.signal);
});
afterEach(() => {
  jest.useRealTimers();
});

const minutes = (count: number) => jest.advanceTimersByTime(count * 60_000);

async function metric(name: string): Promise<number | undefined> {
  const text = await health.metrics.text();
  const value = text.match(new RegExp(`^${name} (.+)$`, 'm'))?.[1];
  return value === undefined ? undefined : Number(value);
}

describe('a connector is ready', () => {
  test('once it says so and its heartbeat is written, and until it drains', async () => {
    expect(health.whyUnready()).toBe('starting');
    let reason: string | undefined = 'connecting';
    health.unreadyBecause(() => reason);
    health.heartbeat(true);
    expect(health.whyUnready()).toBe('connecting');
    expect(await metric('connector_ready')).toBe(0);
    reason = undefined;
    expect(health.whyUnready()).toBeUndefined();
    expect(await metric('connector_ready')).toBe(1);
    stopping.abort();
    expect(health.whyUnready()).toBe('draining');
    expect(await metric('connector_ready')).toBe(0);
  });

  test('only while its heartbeat can be written', async () => {
    health.unreadyBecause(() => undefined);
    expect(health.whyUnready()).toMatch(/^mysql/);
    expect(await metric('connector_heartbeat_age_seconds')).toBeUndefined();
    health.heartbeat(true);
    expect(health.whyUnready()).toBeUndefined();
    health.heartbeat(false);
    expect(health.whyUnready()).toMatch(/^mysql/);
    health.heartbeat(true);
    minutes(1);
    expect(health.whyUnready()).toMatch(/^mysql/);
    expect(await metric('connector_heartbeat_age_seconds')).toBe(60);
  });
});

describe('a connector is stuck', () => {
  test('where work in hand does not move on, and not while it waits for work', async () => {
    minutes(60);
    expect(health.isStuck()).toBe(false);
    const quick = health.watch();
    const slow = health.watch();
    minutes(10);
    quick.movesOn();
    minutes(6);
    expect(health.isStuck()).toBe(true);
    expect(await metric('connector_work_stalled_seconds')).toBe(960);
    expect(await metric('connector_work_in_hand')).toBe(2);
    slow.end();
    expect(health.isStuck()).toBe(false);
    expect(await metric('connector_work_stalled_seconds')).toBe(360);
    quick.end();
    expect(await metric('connector_work_in_hand')).toBe(0);
    expect(await metric('connector_work_stalled_seconds')).toBe(0);
  });

  test('but not by a server that is away, however long it is tried', () => {
    const work = health.watch();
    for (let hour = 0; hour < 24; hour++) {
      work.movesOn();
      minutes(10);
      expect(health.isStuck()).toBe(false);
    }
  });
});
