import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { Timer } from './cron.ts';
import { FunctionSpec } from './function-spec.ts';

const log = pino({ enabled: false });
const spec = (schedule: string, topic = 'cron-function') =>
  FunctionSpec.parse({ service: 'sweep', image: 'i', annotations: { topic, schedule } });
let invoked: string[];
let timer: Timer;

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2030-01-01T00:00:30Z') });
  invoked = [];
  const invoke = async (name: string) => {
    invoked.push(name);
    return 200;
  };
  timer = new Timer({ invoke, log });
});
afterEach(() => {
  timer.close();
  jest.useRealTimers();
});

test('a function is invoked when its schedule says so', async () => {
  timer.deploying(spec('* * * * *'));
  await jest.advanceTimersByTimeAsync(29_000);
  expect(invoked).toEqual([]);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(invoked).toEqual(['sweep']);
  await jest.advanceTimersByTimeAsync(120_000);
  expect(invoked).toHaveLength(3);
});

test('a redeploy replaces the schedule, a removal ends it', async () => {
  timer.deploying(spec('* * * * *'));
  timer.deploying(spec('*/5 * * * *'));
  await jest.advanceTimersByTimeAsync(300_000);
  expect(invoked).toHaveLength(1);
  timer.removed('sweep');
  await jest.advanceTimersByTimeAsync(600_000);
  expect(invoked).toHaveLength(1);
});

test('a malformed schedule is refused and leaves the old one in force', async () => {
  timer.deploying(spec('* * * * *'));
  for (const schedule of ['61 * * * *', 'often', '* * * * * *']) {
    expect(() => timer.deploying(spec(schedule))).toThrow(/schedule/);
  }
  await jest.advanceTimersByTimeAsync(31_000);
  expect(invoked).toEqual(['sweep']);
});

test('another topic is ignored', async () => {
  timer.deploying(spec('* * * * *', 'other'));
  await jest.advanceTimersByTimeAsync(120_000);
  expect(invoked).toEqual([]);
});
