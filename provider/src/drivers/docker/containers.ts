import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Consumption } from '../driver.ts';
import { type Engine, EngineError } from './engine.ts';

/** What the engine answers where a container is as it was asked to be. */
const REMOVAL_IN_PROGRESS = 409;

const State = z.object({
  Running: z.boolean(),
  OOMKilled: z.boolean(),
  ExitCode: z.int(),
  Error: z.string(),
});
export type State = z.infer<typeof State>;

const Created = z.object({ Id: z.string() });
const Inspection = z.object({
  State,
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
  }),
});
const Summaries = z.array(
  z.object({ Id: z.string(), State: z.string(), Labels: z.record(z.string(), z.string()) }),
);
const Statistics = z.object({
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({
    usage: z.number().default(0),
    stats: z.record(z.string(), z.number()).default({}),
  }),
});

/** One container, as a list shows it. */
export type Summary = z.infer<typeof Summaries>[number];
/** One container, as it is now; no address where it does not run. */
export interface Inspected {
  readonly state: State;
  readonly address: string | undefined;
}

interface LogsOptions {
  /** Seconds since 1970, with up to nine decimal places. */
  readonly since: string;
  /** Whether to go on with what is written from now on, until the container ends. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The engine's containers: what the driver does with them, and nothing else. */
export class Containers {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async create(name: string, body: object): Promise<string> {
    const answer = await this.#engine.call('POST', '/containers/create', { query: { name }, body });
    return Created.parse(answer).Id;
  }

  async start(id: string): Promise<void> {
    await this.#engine.call('POST', `/containers/${id}/start`);
  }

  async inspect(id: string): Promise<Inspected> {
    const answer = await this.#engine.call('GET', `/containers/${id}/json`);
    const { State: state, NetworkSettings } = Inspection.parse(answer);
    const [network] = Object.values(NetworkSettings.Networks);
    return { state, address: state.Running ? network?.IPAddress || undefined : undefined };
  }

  /** All that have these labels, whether they run or not. */
  async list(labels: Readonly<Record<string, string>>): Promise<Summary[]> {
    const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const query = { all: 'true', filters: JSON.stringify({ label }) };
    return Summaries.parse(await this.#engine.call('GET', '/containers/json', { query }));
  }

  /** Asks it to end, and ends it where it has not within so many seconds. */
  async stop(id: string, seconds: number): Promise<void> {
    await this.#engine.call('POST', `/containers/${id}/stop`, { query: { t: String(seconds) } });
  }

  /** Ends it where it runs, and takes it away with its anonymous volumes. */
  async remove(id: string): Promise<void> {
    const query = { force: 'true', v: 'true' };
    await this.#engine.call('DELETE', `/containers/${id}`, { query }).catch((error) => {
      const isOnItsWay = error instanceof EngineError && error.status === REMOVAL_IN_PROGRESS;
      if (!isOnItsWay && !isGone(error)) throw error;
    });
  }

  /** Waits until it does not run. */
  async wait(id: string, signal: AbortSignal): Promise<void> {
    const stream = await this.#engine.stream('POST', `/containers/${id}/wait`, { signal });
    for await (const _chunk of stream);
  }

  /** Unpacks a tar archive into one of its folders. */
  async put(id: string, path: string, body: Buffer): Promise<void> {
    await this.#engine.call('PUT', `/containers/${id}/archive`, { query: { path }, body });
  }

  /** What it wrote, in the engine's own frames, each line with its time before it. */
  logs(id: string, { since, follow, signal }: LogsOptions): Promise<Readable> {
    const wanted = { stdout: 'true', stderr: 'true', timestamps: 'true' };
    const query = { ...wanted, since, follow: String(follow) };
    return this.#engine.stream('GET', `/containers/${id}/logs`, { query, signal });
  }

  async consumption(id: string): Promise<Consumption> {
    const query = { stream: 'false', 'one-shot': 'true' };
    const answer = await this.#engine.call('GET', `/containers/${id}/stats`, { query });
    const { cpu_stats, memory_stats } = Statistics.parse(answer);
    const { usage, stats } = memory_stats;
    // As `docker stats` has it: files that can be forgotten at any time are not in use.
    const forgettable = stats.total_inactive_file ?? stats.inactive_file ?? 0;
    return {
      cpuSeconds: cpu_stats.cpu_usage.total_usage / 1e9,
      memoryBytes: Math.max(0, usage - forgettable),
    };
  }
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const GONE = 404;

/**
 * Asks the engine until it does what is asked: one that is away comes back.
 * @param signal ends it; then it rejects.
 * @throws EngineError 404: what it is asked about is there no more.
 */
export async function retryForever<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    try {
      return await task();
    } catch (error) {
      if (isGone(error)) throw error;
      await sleep(wait, undefined, signal && { signal });
    }
  }
}

/** Whether the engine says that what it was asked about is not there. */
export function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.status === GONE;
}

/** What a shell, and the engine, add to the number of the signal that ended a process. */
const BY_SIGNAL = 128;

/**
 * Waits until a container has ended, however long the engine is away meanwhile.
 * @returns how it ended, in words. Rejects only where `signal` ends the wait.
 */
export async function ending(
  containers: Containers,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await retryForever(async () => {
      await containers.wait(id, signal);
      const { state } = await containers.inspect(id);
      // An engine that ends breaks its answers off as if they were over.
      if (state.Running) throw new Error('It runs');
      return howItEnded(state);
    }, signal);
  } catch (error) {
    if (isGone(error)) return 'was removed';
    throw error;
  }
}

/** How a container ended, in words. */
export function howItEnded({ ExitCode, OOMKilled, Error: fault }: State): string {
  if (OOMKilled) return 'ran out of the memory that its limit allows (OOM killed)';
  if (fault !== '') return `could not be started: ${fault}`;
  const signals = Object.entries(constants.signals);
  const [signal] = signals.find(([, number]) => BY_SIGNAL + number === ExitCode) ?? [];
  return signal ? `ended by ${signal}` : `exited with ${ExitCode}`;
}
