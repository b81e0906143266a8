import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { SoftwareMissing } from '../packages/source.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { saysReady } from './connectors.ts';
import { readExternals } from './external.ts';
import { allDone, type Step, schedule } from './progress.ts';

/** A step that writes down when it begins and ends, and ends when it is told. */
function steps(diary: string[]) {
  const end = new Map<string, () => void>();
  const step = (title: string, after: string[] = []): Step => ({
    title,
    after,
    run: () =>
      new Promise((resolve) => {
        diary.push(`${title} begins`);
        end.set(title, resolve);
      }),
  });
  return { step, end: (title: string) => end.get(title)?.() };
}

const settle = () => new Promise(setImmediate);

test('a step begins when all that it comes after are done, and not before', async () => {
  const diary: string[] = [];
  const { step, end } = steps(diary);
  const done = schedule([step('one'), step('two'), step('three', ['one', 'two'])]);
  expect(diary).toEqual([]);
  await settle();
  expect(diary).toEqual(['one begins', 'two begins']);
  end('one');
  await settle();
  expect(diary).toHaveLength(2);
  end('two');
  await settle();
  expect(diary).toEqual(['one begins', 'two begins', 'three begins']);
  end('three');
  await Promise.all(done);
});

test('what comes after a step that failed is not begun', async () => {
  const diary: string[] = [];
  const { step } = steps(diary);
  const broken = { title: 'one', run: () => Promise.reject(new Error('broken')) };
  const done = schedule([broken, step('two', ['one'])]);
  await expect(Promise.all(done)).rejects.toThrow('broken');
  await Promise.allSettled(done);
  expect(diary).toEqual([]);
});

test('a step cannot come after one that is listed later', () => {
  const { step } = steps([]);
  expect(() => schedule([step('two', ['one']), step('one')])).toThrow('stands before');
});

test('a connector is ready when its log says so by a line of its own', () => {
  expect(saysReady('{"msg":"starting"}\n{"level":"info","msg":"ready"}\n')).toBe(true);
  expect(saysReady('{"msg":"not \\"ready\\" yet"}\n"ready"\n{"msg":"ready')).toBe(false);
});

test('addresses of one’s own servers are read, empty ones are none', () => {
  expect(readExternals({ MYSQL_URL: 'mysql://me@db/shop', KAFKA_BROKERS: '' })).toEqual({
    MYSQL_URL: 'mysql://me@db/shop',
  });
  expect(() => readExternals({ MYSQL_URL: 'db', RABBITMQ_URL: 'http://mq' })).toThrow(
    /MYSQL_URL[\s\S]*RABBITMQ_URL/,
  );
});

test('what is started gets nothing of the user’s own settings for these parts', () => {
  const env = { PATH: '/bin', MYSQL_URL: 'x', RABBITMQ_NODENAME: 'x', PORT: '1', JAVA_HOME: '/j' };
  expect(cleanEnvironment(env)).toEqual({ PATH: '/bin', JAVA_HOME: '/j' });
});

test('all software that is missing is said at once, when the other steps have ended', async () => {
  const missing = (what: string) => new SoftwareMissing(`No ${what}`);
  const late = sleep(20).then(() => Promise.reject(missing('Nginx')));
  const other = Promise.reject(new Error('not begun'));
  const all = allDone([Promise.reject(missing('MySQL')), other, Promise.resolve(), late]);
  await expect(all).rejects.toThrow('No MySQL\n\nNo Nginx');
});

test('any other fault is said as soon as it is known', async () => {
  const never = new Promise<void>(() => undefined);
  await expect(allDone([Promise.reject(new Error('broken')), never])).rejects.toThrow('broken');
});
