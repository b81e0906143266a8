import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createVitals, type Vitals } from './vitals.ts';

let stopping: AbortController;
let vitals: Vitals;

beforeEach(() => {
  jest.useFakeTimers();
  stopping = new AbortController();
  vitals = createVitals(stopping.signal);
});
afterEach(() => {
  jest.useRealTimers();
});

const minutes = (count: number) => jest.advanceTimersByTime(count * 60_000);

async function metric(name: string): Promise<number | undefined> {
  const text = await vitals.metrics.text();
  const value = text.match(new RegExp(`^${name} (.+)$`, 'm'))?.[1];
  return value === undefined ? undefined : Number(value);
}

describe('a connector is ready', () => {
  test('once it says so and its heartbeat is written, and until it drains', async () => {
    expect(vitals.whyUnready()).toBe('starting');
    let reason: string | undefined = 'connecting';
    vitals.unreadyBecause(() => reason);
    vitals.heartbeat(true);
    expect(vitals.whyUnready()).toBe('connecting');
    expect(await metric('connector_ready')).toBe(0);
    reason = undefined;
    expect(vitals.whyUnready()).toBeUndefined();
    expect(await metric('connector_ready')).toBe(1);
    stopping.abort();
    expect(vitals.whyUnready()).toBe('draining');
    expect(await metric('connector_ready')).toBe(0);
  });

  test('only while its heartbeat can be written', async () => {
    vitals.unreadyBecause(() => undefined);
    expect(vitals.whyUnready()).toMatch(/^mysql/);
    expect(await metric('connector_heartbeat_age_seconds')).toBeUndefined();
    vitals.heartbeat(true);
    expect(vitals.whyUnready()).toBeUndefined();
    vitals.heartbeat(false);
    expect(vitals.whyUnready()).toMatch(/^mysql/);
    vitals.heartbeat(true);
    minutes(1);
    expect(vitals.whyUnready()).toMatch(/^mysql/);
    expect(await metric('connector_heartbeat_age_seconds')).toBe(60);
  });
});

describe('a connector is stuck', () => {
  test('where work in hand does not move on, and not while it waits for work', async () => {
    minutes(60);
    expect(vitals.isStuck()).toBe(false);
    const quick = vitals.watch();
    const slow = vitals.watch();
    minutes(10);
    quick.movesOn();
    minutes(6);
    expect(vitals.isStuck()).toBe(true);
    expect(await metric('connector_work_stalled_seconds')).toBe(960);
    expect(await metric('connector_work_in_hand')).toBe(2);
    slow.end();
    expect(vitals.isStuck()).toBe(false);
    expect(await metric('connector_work_stalled_seconds')).toBe(360);
    quick.end();
    expect(await metric('connector_work_in_hand')).toBe(0);
    expect(await metric('connector_work_stalled_seconds')).toBe(0);
  });

  test('but not by a server that is away, however long it is tried', () => {
    const work = vitals.watch();
    for (let hour = 0; hour < 24; hour++) {
      work.movesOn();
      minutes(10);
      expect(vitals.isStuck()).toBe(false);
    }
  });
});
