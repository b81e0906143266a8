import { Worker } from 'node:worker_threads';
import { Refusal } from '@movie-rental/contracts';

/** What a worker posts for each message that it gets: a result, or why there is none. */
export type Outcome<Result> = { result: Result } | { error: string };

export interface ThreadPoolOptions {
  /** The worker's entry file. It answers one job at a time, each by one {@link Outcome}. */
  worker: URL;
  /** Jobs that run at once. */
  threads: number;
  /** Jobs that wait while all threads are busy. */
  queue: number;
}

interface Pending<Job, Result> {
  job: Job;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * A fixed number of worker threads behind a bounded queue. A thread is started when a job finds
 * none idle, so one that died is replaced by the next job, and a worker that cannot start at all
 * costs one attempt a job.
 */
export class ThreadPool<Job, Result> {
  readonly #options: ThreadPoolOptions;
  readonly #waiting: Pending<Job, Result>[] = [];
  readonly #running = new Map<Worker, Pending<Job, Result>>();
  readonly #idle: Worker[] = [];
  #closed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /**
   * Runs a job, in turn.
   * @throws Refusal `busy` beyond the queue, when the thread dies of the job, and once closed.
   */
  async run(job: Job): Promise<Result> {
    const { threads, queue } = this.#options;
    if (this.#closed) throw closing();
    if (this.#running.size + this.#waiting.length >= threads + queue) {
      throw new Refusal('busy', { message: 'Too many passwords are being checked right now' });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#startWaiting();
    });
  }

  /** Ends every thread, in the middle of its job if need be; what has no result is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#waiting.splice(0)) pending.reject(closing());
    await Promise.all([...this.#running.keys(), ...this.#idle].map((thread) => thread.terminate()));
  }

  #startWaiting(): void {
    while (this.#running.size < this.#options.threads) {
      const next = this.#waiting.shift();
      if (!next) return;
      const thread = this.#idle.pop() ?? this.#startThread();
      this.#running.set(thread, next);
      thread.postMessage(next.job);
    }
  }

  #startThread(): Worker {
    const thread = new Worker(this.#options.worker);
    let cause: unknown;
    thread.on('message', (outcome: Outcome<Result>) => this.#settle(thread, outcome));
    thread.on('error', (error) => {
      cause = error;
    });
    // Follows an error too.
    thread.on('exit', () => this.#drop(thread, cause));
    return thread;
  }

  #settle(thread: Worker, outcome: Outcome<Result>): void {
    const pending = this.#take(thread);
    this.#idle.push(thread);
    if ('result' in outcome) pending?.resolve(outcome.result);
    else pending?.reject(new Error(outcome.error));
    this.#startWaiting();
  }

  #drop(thread: Worker, cause: unknown): void {
    const index = this.#idle.indexOf(thread);
    if (index >= 0) this.#idle.splice(index, 1);
    const died = () =>
      new Refusal('busy', {
        message: 'A password could not be checked',
        retryAfterSeconds: 1,
        cause,
      });
    this.#take(thread)?.reject(this.#closed ? closing() : died());
    this.#startWaiting();
  }

  #take(thread: Worker): Pending<Job, Result> | undefined {
    const pending = this.#running.get(thread);
    this.#running.delete(thread);
    return pending;
  }
}

function closing() {
  return new Refusal('busy', { message: 'The function is stopping' });
}
