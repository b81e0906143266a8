import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { SoftwareMissing } from '../packages/source.ts';
import { cleanEnvironment } from '../process/run.ts';
import { saysReady } from './application.ts';
import { readExternals } from './external.ts';
import { type Step, showProgress } from './progress.ts';

let printed: string[];

beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'error').mockImplementation((line) => void printed.push(String(line)));
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Steps in plain lines. */
const show = <Result>(plan: (step: Step) => Promise<Result>) => showProgress(plan, false);

/** Works that write down when they begin, and end when they are told. */
function works() {
  const diary: string[] = [];
  const end = new Map<string, () => void>();
  const work = (name: string) => (): Promise<string> => {
    diary.push(name);
    return new Promise((resolve) => end.set(name, () => resolve(`made by ${name}`)));
  };
  return { diary, work, end: (name: string) => end.get(name)?.() };
}

const settle = () => new Promise(setImmediate);

test('a step begins when everything that it needs is there, and gets it', async () => {
  const { diary, work, end } = works();
  const { done } = show(async (step) => {
    const one = step('one', [], work('one'));
    const two = step('two', [], work('two'));
    return step('three', [one, two], async (first, second) => {
      diary.push('three');
      return [first, second];
    });
  });
  await settle();
  expect(diary).toEqual(['one', 'two']);
  end('one');
  await settle();
  expect(diary).toHaveLength(2);
  end('two');
  await expect(done).resolves.toEqual(['made by one', 'made by two']);
  expect(diary).toEqual(['one', 'two', 'three']);
});

test('a step is said once it is done, with the time that it took by itself', async () => {
  const { done } = show(async (step) => {
    const slow = step('slow', [], () => sleep(120));
    return step('quick', [slow], async () => undefined);
  });
  await done;
  expect(printed).toEqual(['✔ slow (0.1 s)', '✔ quick (0.0 s)']);
});

test('what needs a step that failed does not begin, and says nothing', async () => {
  const { diary, work } = works();
  const { done, settled } = show(async (step) => {
    const broken = step('one', [], () => Promise.reject(new Error('broken')));
    return step('two', [broken], work('two'));
  });
  await expect(done).rejects.toThrow('broken');
  await settled;
  expect(diary).toEqual([]);
  expect(printed).toEqual([]);
});

test('settled waits for what still runs after a failure', async () => {
  const { work, end } = works();
  let isSettled = false;
  const { done, settled } = show(async (step) => {
    step('slow', [], work('slow')).catch(() => undefined);
    return step('broken', [], () => Promise.reject(new Error('broken')));
  });
  await expect(done).rejects.toThrow('broken');
  const watched = settled.then(() => {
    isSettled = true;
  });
  await settle();
  expect(isSettled).toBe(false);
  end('slow');
  await watched;
});

test('a connector is ready when a line of its log says so', () => {
  expect(saysReady('{"msg":"starting"}\n{"level":"info","msg":"ready"}\n')).toBe(true);
  expect(saysReady('{"msg":"not \\"ready\\" yet"}\n"ready"\n{"msg":"ready')).toBe(false);
});

test('addresses of the user’s own servers are read, empty ones count as absent', () => {
  expect(readExternals({ MYSQL_URL: 'mysql://me@db/shop', KAFKA_BROKERS: '' })).toEqual({
    MYSQL_URL: 'mysql://me@db/shop',
  });
  expect(() => readExternals({ MYSQL_URL: 'db', RABBITMQ_URL: 'http://mq' })).toThrow(
    /MYSQL_URL[\s\S]*RABBITMQ_URL/,
  );
});

test('what is started gets none of the user’s own settings for these parts', () => {
  const env = { PATH: '/bin', MYSQL_URL: 'x', RABBITMQ_NODENAME: 'x', PORT: '1', JAVA_HOME: '/j' };
  expect(cleanEnvironment(env)).toEqual({ PATH: '/bin', JAVA_HOME: '/j' });
});

test('all software that is missing is said at once, when the other steps have ended', async () => {
  const missing = async (what: string, ms: number) => {
    await sleep(ms);
    throw new SoftwareMissing(`No ${what}`);
  };
  const { done } = show(async (step) => {
    const mysql = step('MySQL', [], () => missing('MySQL', 0));
    const nginx = step('Nginx', [], () => missing('Nginx', 20));
    const other = step('Bundles', [], async () => undefined);
    return step('Schema', [mysql, nginx, other], async () => undefined);
  });
  await expect(done).rejects.toThrow(/^No MySQL\n\nNo Nginx$/);
});

test('any other fault is said as soon as it is known', async () => {
  const { done } = show(async (step) => {
    const never = step('never', [], () => new Promise<void>(() => undefined));
    const broken = step('broken', [], () => Promise.reject(new Error('broken')));
    return Promise.all([never, broken]);
  });
  await expect(done).rejects.toThrow('broken');
});
