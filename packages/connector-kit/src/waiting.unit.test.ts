import { describe, expect, test } from '@jest/globals';
import {
  aborted,
  type ChildSignal,
  childSignal,
  createLogger,
  pause,
  retryForever,
  Stopped,
  settledOrAborted,
} from './index.ts';

const logger = createLogger('test', 'silent');

describe('retryForever', () => {
  test('tries until it succeeds', async () => {
    let tries = 0;
    const failures: unknown[] = [];
    const work = async () => {
      tries++;
      if (tries < 3) throw new Error(`no ${tries}`);
      return 'yes';
    };
    const { signal } = new AbortController();
    const onFailure = (error: unknown) => failures.push(error);
    await expect(retryForever(work, { what: 'it', signal, logger, onFailure })).resolves.toBe(
      'yes',
    );
    expect(failures.map(String)).toEqual(['Error: no 1', 'Error: no 2']);
  });

  test('throws at once what is final', async () => {
    const { signal } = new AbortController();
    const final = new RangeError('never');
    const isFinal = (error: unknown) => error === final;
    const trying = retryForever(() => Promise.reject(final), {
      what: 'it',
      signal,
      logger,
      isFinal,
    });
    await expect(trying).rejects.toBe(final);
  });

  test('ends when it is stopped, not when the pause is over', async () => {
    const controller = new AbortController();
    const options = { what: 'it', signal: controller.signal, logger };
    const trying = retryForever(() => Promise.reject(new Error('no')), options);
    setTimeout(() => controller.abort(), 20);
    await expect(trying).rejects.toBeInstanceOf(Stopped);
  });
});

test('a pause ends early when it is stopped', async () => {
  const controller = new AbortController();
  const pausing = pause(60_000, controller.signal);
  controller.abort();
  await pausing;
  await pause(60_000, controller.signal);
  await aborted(controller.signal);
});

test('a child signal ends with its parent or alone, and not once it is released', () => {
  const parent = new AbortController();
  const [one, alone, released] = [1, 2, 3].map(() => childSignal(parent.signal)) as [
    ChildSignal,
    ChildSignal,
    ChildSignal,
  ];
  alone.abort();
  expect([one.signal.aborted, alone.signal.aborted, parent.signal.aborted]).toEqual([
    false,
    true,
    false,
  ]);
  released.release();
  parent.abort();
  expect([one.signal.aborted, released.signal.aborted]).toEqual([true, false]);
  expect(childSignal(parent.signal).signal.aborted).toBe(true);
});

test('what settles first counts', async () => {
  const controller = new AbortController();
  await expect(settledOrAborted(Promise.resolve(1), controller.signal)).resolves.toBe(1);
  const never = settledOrAborted(new Promise(() => {}), controller.signal);
  controller.abort();
  await expect(never).rejects.toBeInstanceOf(Stopped);
});
