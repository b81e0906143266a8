import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ThreadPool } from './thread-pool.ts';

type Job = { echo: unknown } | { fail: string } | { die: true } | { waitFor: Int32Array };

const WORKER = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', (job) => {
  if (job.die) throw new Error('worker died');
  if (job.waitFor && Atomics.wait(job.waitFor, 0, 0, 20_000) === 'timed-out') throw new Error('never opened');
  parentPort.postMessage(job.fail ? { error: job.fail } : { result: job.echo ?? threadId });
});
`;

let folder: string;
let worker: URL;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thread-pool-'));
  const file = join(folder, 'test.worker.mjs');
  await writeFile(file, WORKER);
  worker = pathToFileURL(file);
});
afterAll(() => rm(folder, { recursive: true }));

let pool: ThreadPool<Job, unknown>;
afterEach(() => pool.close());
const open = (threads: number, queue: number) => {
  pool = new ThreadPool({ worker, threads, queue });
};

/** A job that blocks its thread until it is opened. */
function gate() {
  const waitFor = new Int32Array(new SharedArrayBuffer(4));
  const release = () => {
    Atomics.store(waitFor, 0, 1);
    Atomics.notify(waitFor, 0);
  };
  return { job: { waitFor }, release };
}

const busy = expect.objectContaining({ code: 'busy' });

describe('a thread pool', () => {
  test('gives each job its own result, however many there are', async () => {
    open(2, 50);
    const jobs = Array.from({ length: 50 }, (_, index) => index);
    const results = await Promise.all(jobs.map((echo) => pool.run({ echo })));
    expect(results).toEqual(jobs);
  });

  test('leaves the event loop free while a job runs', async () => {
    open(1, 0);
    const { job, release } = gate();
    const running = pool.run(job);
    // On the event loop itself the job would block the very timer that lets it go on.
    setTimeout(release, 1);
    await expect(running).resolves.toEqual(expect.any(Number));
  });

  test('refuses what neither runs nor fits the queue, and takes more once there is room', async () => {
    open(2, 1);
    const gates = [gate(), gate(), gate()];
    const accepted = gates.map(({ job }) => pool.run(job));
    await expect(pool.run({ echo: 1 })).rejects.toEqual(busy);
    for (const { release } of gates) release();
    await Promise.all(accepted);
    await expect(pool.run({ echo: 2 })).resolves.toBe(2);
  });

  test('runs no more jobs at once than it has threads', async () => {
    open(1, 2);
    const first = gate();
    const threads = [pool.run(first.job), pool.run(gateThatIsOpen()), pool.run(gateThatIsOpen())];
    first.release();
    expect(new Set(await Promise.all(threads)).size).toBe(1);
  });

  test('passes on what a job failed of, and keeps the thread', async () => {
    open(1, 0);
    const before = await pool.run(gateThatIsOpen());
    await expect(pool.run({ fail: 'no salt' })).rejects.toThrow('no salt');
    await expect(pool.run(gateThatIsOpen())).resolves.toBe(before);
  });

  test('rejects the job whose thread died, and replaces the thread for the next', async () => {
    open(1, 1);
    const died = pool.run({ die: true });
    const next = pool.run({ echo: 'alive' });
    await expect(died).rejects.toMatchObject({
      code: 'busy',
      retryAfterSeconds: 1,
      cause: expect.objectContaining({ message: 'worker died' }),
    });
    await expect(next).resolves.toBe('alive');
  });

  test('rejects each job where the worker cannot start', async () => {
    pool = new ThreadPool({ worker: new URL('none.mjs', worker), threads: 1, queue: 1 });
    const jobs = [pool.run({ echo: 1 }), pool.run({ echo: 2 })];
    const outcomes = await Promise.allSettled(jobs);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('rejects what runs, what waits and what comes once it is closed', async () => {
    open(1, 1);
    const jobs = [pool.run(gate().job), pool.run({ echo: 1 })];
    await Promise.all([...jobs.map((job) => expect(job).rejects.toEqual(busy)), pool.close()]);
    await expect(pool.run({ echo: 2 })).rejects.toEqual(busy);
  });
});

/** Does not wait, and tells its thread. */
function gateThatIsOpen(): Job {
  const { job, release } = gate();
  release();
  return job;
}
