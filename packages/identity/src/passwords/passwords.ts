import { getRounds, truncates } from 'bcryptjs';
import { z } from 'zod';
import { ThreadPool } from './thread-pool.ts';

/** What a worker thread is asked for. */
export type Job =
  | { kind: 'hash'; password: string; cost: number }
  | { kind: 'verify'; password: string; hash: string };

/** Below it, a stolen table of hashes is too cheap to search. */
const MIN_COST = 10;
/** Some five seconds a hash: beyond it no request could wait for one. */
const MAX_COST = 16;

/** The environment that a function which hashes passwords reads beside its own. */
export const passwordConfig = {
  /** bcrypt's cost: a hash takes 2^cost rounds. After a change, each login rehashes the user's password. */
  BCRYPT_COST: z.coerce.number().int().min(MIN_COST).max(MAX_COST).default(12),
  /** Hashes that one replica computes at once. */
  PASSWORD_THREADS: z.coerce.number().int().min(1).max(64).default(2),
};

/** Waiting adds at most this many times the time of one hash. */
const QUEUED_PER_THREAD = 10;

export interface PasswordOptions {
  /** The bundled worker: its source is one import of `@movie-rental/identity/passwords/worker`. */
  worker: URL;
  threads: number;
  /** Passwords that wait while all threads are busy; 10 for each thread by default. */
  queue?: number;
  /** bcrypt's cost, 4 to 31. */
  cost: number;
}

/** Each call throws Refusal `busy` beyond the queue and when its thread dies. */
export interface Passwords {
  /**
   * The password's bcrypt hash.
   * @throws RangeError for a password of more than 72 bytes: bcrypt would ignore the rest.
   */
  hash(password: string): Promise<string>;
  /**
   * Whether `password` is the one that `hash` was made of. Without a hash, as of a user who does not
   * exist, it takes as long as with one of the configured cost and is false. Where the cost was
   * changed, users who have not signed in since can still be told from unknown ones by the time.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether a bcrypt hash was made at another cost than the configured one. */
  hasOtherCost(hash: string): boolean;
  close(): Promise<void>;
}

/**
 * bcrypt in worker threads: it is computation, and on the event loop it would stop every other
 * request for its length. Threads start on first use.
 */
export function openPasswords(options: PasswordOptions): Passwords {
  const { worker, threads, cost } = options;
  const queue = options.queue ?? threads * QUEUED_PER_THREAD;
  const hashes = new ThreadPool<Job, string | boolean>({ worker, threads, queue });
  const unmatchable = unmatchableHash(cost);
  return {
    hash: async (password) => {
      if (truncates(password)) throw new RangeError('A password has at most 72 bytes');
      return String(await hashes.run({ kind: 'hash', password, cost }));
    },
    verify: async (password, hash) => {
      const isRight = await hashes.run({ kind: 'verify', password, hash: hash ?? unmatchable });
      return isRight === true && hash !== undefined && !truncates(password);
    },
    hasOtherCost: (hash) => getRounds(hash) !== cost,
    close: () => hashes.close(),
  };
}

/** A well-formed hash that was made of no password: verifying against it costs the same. */
function unmatchableHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}
