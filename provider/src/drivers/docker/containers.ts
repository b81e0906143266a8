import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Consumption } from '../driver.ts';
import { type Engine, EngineError } from './engine.ts';

/** The engine is already removing the container. */
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
/** One container, as it is now; without an address unless it runs. */
export interface Inspected {
  readonly state: State;
  readonly address: string | undefined;
}

interface LogsOptions {
  /** Seconds since 1970, with up to nine decimal places. */
  readonly since: string;
  /** Whether to continue with new output until the container ends. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The engine's containers, as far as the driver needs them. */
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

  /** All with these labels, running or not. */
  async list(labels: Readonly<Record<string, string>>): Promise<Summary[]> {
    const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const query = { all: 'true', filters: JSON.stringify({ label }) };
    return Summaries.parse(await this.#engine.call('GET', '/containers/json', { query }));
  }

  /** Asks it to end, and kills it after this many seconds. */
  async stop(id: string, seconds: number): Promise<void> {
    await this.#engine.call('POST', `/containers/${id}/stop`, { query: { t: String(seconds) } });
  }

  /** Kills it if it runs, and removes it with its anonymous volumes. */
  async remove(id: string): Promise<void> {
    const query = { force: 'true', v: 'true' };
    await this.#engine.call('DELETE', `/containers/${id}`, { query }).catch((error) => {
      const isOnItsWay = error instanceof EngineError && error.status === REMOVAL_IN_PROGRESS;
      if (!isOnItsWay && !isGone(error)) throw error;
    });
  }

  /** Waits until it has stopped. */
  async wait(id: string, signal: AbortSignal): Promise<void> {
    const stream = await this.#engine.stream('POST', `/containers/${id}/wait`, { signal });
    for await (const _chunk of stream);
  }

  /** Unpacks a tar archive into a folder of the container. */
  async put(id: string, path: string, body: Buffer): Promise<void> {
    await this.#engine.call('PUT', `/containers/${id}/archive`, { query: { path }, body });
  }

  /** Its output in the engine's frames, each line prefixed with its time. */
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
    // As in `docker stats`: reclaimable file cache is not in use.
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
 * Retries a task until the engine, which may be restarting, has done it.
 * @param signal ends it; then it rejects.
 * @throws EngineError 404 if its object no longer exists.
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

/** Whether the engine says that an object does not exist. */
export function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.status === GONE;
}

/** What shells and the engine add to the number of a fatal signal. */
const BY_SIGNAL = 128;

/**
 * Waits until a container has ended, even if the engine is down for a while.
 * @returns how it ended, in words. Rejects only if `signal` ends the wait.
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
      // An engine that is stopping cuts its answers short as if they were complete.
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
