import { Cron } from 'croner';
import type { Logger } from 'pino';
import { request } from 'undici';
import type { FunctionSpec } from './function-spec.ts';
import { Refusal } from './refusal.ts';

interface TimerOptions {
  /** Invokes the function with an empty POST; gives the status. */
  readonly invoke: (name: string) => Promise<number>;
  readonly log: Logger;
}

/**
 * Invokes functions by their annotations, as OpenFaaS's cron-connector does:
 * `topic: cron-function` and `schedule`, five fields, UTC. A run is skipped while the last one is
 * still going.
 */
export class Timer {
  readonly #jobs = new Map<string, Cron>();
  readonly #options: TimerOptions;

  constructor(options: TimerOptions) {
    this.#options = options;
  }

  /** Schedules a function by its annotations. @throws Refusal 400 for a malformed schedule. */
  deploying({ service, annotations }: FunctionSpec): void {
    const { topic, schedule } = annotations;
    const next = topic === 'cron-function' && schedule ? this.#job(service, schedule) : undefined;
    this.removed(service);
    if (next) this.#jobs.set(service, next);
  }

  removed(name: string): void {
    this.#jobs.get(name)?.stop();
    this.#jobs.delete(name);
  }

  close(): void {
    for (const name of [...this.#jobs.keys()]) this.removed(name);
  }

  #job(name: string, schedule: string): Cron {
    try {
      const options = { mode: '5-part', timezone: 'UTC', protect: true, unref: true } as const;
      return new Cron(schedule, options, () => this.#run(name));
    } catch (error) {
      throw new Refusal(400, `The annotation schedule: ${(error as Error).message}`);
    }
  }

  async #run(name: string): Promise<void> {
    const { invoke, log } = this.#options;
    try {
      const status = await invoke(name);
      if (status >= 400) log.warn({ function: name, status }, 'scheduled invocation failed');
    } catch (err) {
      log.warn({ function: name, err }, 'scheduled invocation failed');
    }
  }
}

/**
 * Invokes a function with an empty POST through the provider's own address, as any client does: it
 * waits for a starting replica, and is retried, counted and logged like every other call.
 * @param address where the provider serves.
 * @returns the status of the answer.
 */
export async function callEmpty(address: string, name: string): Promise<number> {
  // The proxy limits the time by the function's own timeouts.
  const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
  const url = `${address}/function/${name}`;
  const { statusCode, body } = await request(url, { method: 'POST', ...timeouts });
  await body.dump();
  return statusCode;
}
