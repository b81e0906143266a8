import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from './identity.ts';
import { type Service, type ServiceSpec, startService, stopService } from './service.ts';

/** When services are ended: higher numbers first, equal ones together. */
export type Stage = number;

/**
 * A user of a thing ends before it. Functions hold no connection to a broker, so brokers may end while
 * functions finish their work.
 */
export const STAGE = {
  nginx: 4,
  connectors: 3,
  provider: 2,
  brokers: 2,
  database: 1,
  epmd: 0,
} as const;

/** What the supervisor writes down about one of its processes. */
export type SupervisedProcess = ProcessIdentity & { readonly name: string };

/** A supervised process, or one that was stopped on request, as others see it. */
export type Part = {
  readonly name: string;
  /** `waiting`: it ended by itself and is about to be started again. */
  readonly status: 'starting' | 'running' | 'waiting' | 'stopped';
  /** There while it runs. */
  readonly pid?: number;
  /** When it was last started or ended, in ISO 8601. */
  readonly since: string;
  /** How often it was started again, by itself or on request. */
  readonly restarts: number;
};

/** What can be asked for a part. */
export const PART_ACTIONS = ['stop', 'start', 'restart'] as const;
export type PartAction = (typeof PART_ACTIONS)[number];

type Member = {
  readonly spec: ServiceSpec;
  readonly stage: Stage;
  /** Absent until its first start has succeeded. */
  service?: Service;
  since: Date;
  restarts: number;
  /** While it is not aborted, the process is started again when it ends; absent until it was ready once. */
  watch?: AbortController;
  /** Changes of one process are made one after the other. */
  turn: Promise<unknown>;
};

type Events = {
  /** Tells the user something that happened after the start. */
  readonly say: (message: string) => void;
  /** Is called whenever the set of running processes has changed. */
  readonly changed: (processes: readonly SupervisedProcess[]) => Promise<void>;
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A process that ran for this long has recovered: its next restart begins with the first delay again. */
const RECOVERED_AFTER_MS = 60_000;

/** Keeps processes running and ends them in order. */
export class Supervisor {
  #members: Member[] = [];
  readonly #events: Events;
  #stopping = false;

  constructor(events: Events) {
    this.#events = events;
  }

  /**
   * Starts a process that is ended with the others.
   *
   * @throws Error if it cannot be started, or everything is being stopped
   */
  async start(spec: ServiceSpec, stage: Stage): Promise<Service> {
    const member = { spec, stage, since: new Date(), restarts: -1, turn: Promise.resolve() };
    this.#members.push(member);
    return this.#inTurn(member, () => this.#launch(member)).catch((error: unknown) => {
      this.#members = this.#members.filter((other) => other !== member);
      throw error;
    });
  }

  /** From now on, the process is started again whenever it ends by itself. */
  keep(service: Service): void {
    const member = this.#members.find((candidate) => candidate.service === service);
    if (member !== undefined) this.#watch(member);
  }

  /** Ends one process and forgets it. */
  async remove(service: Service): Promise<void> {
    const member = this.#members.find((candidate) => candidate.service === service);
    member?.watch?.abort();
    this.#members = this.#members.filter((other) => other !== member);
    await stopService(service);
    await this.#changed();
  }

  /** All processes, in the order of their first start. */
  parts(): Part[] {
    return this.#members.map(partOf);
  }

  /**
   * Stops a part until it is started again, starts it unless it runs, or restarts it; stopping it takes as
   * long as it drains.
   *
   * @throws Error if there is no such part, it cannot be started, or everything is starting or stopping
   */
  async control(action: PartAction, name: string): Promise<Part> {
    const member = this.#members.find(({ spec }) => spec.name === name);
    if (member === undefined) {
      const names = this.#members.map(({ spec }) => spec.name).join(', ');
      throw new Error(`There is no part “${name}”; there are: ${names}`);
    }
    return this.#inTurn(member, async () => {
      const { watch, service } = member;
      if (this.#stopping) throw new Error('everything is being stopped');
      if (watch === undefined || service === undefined)
        throw new Error(`${name} is still starting`);
      if (action !== 'start' && partOf(member).status !== 'stopped') {
        watch.abort();
        await stopService(service);
        member.since = new Date();
        await this.#changed();
      }
      if (action !== 'stop' && service.ended() !== undefined) {
        watch.abort();
        await this.#launch(member);
        this.#watch(member);
      }
      this.#events.say(`${name}: ${action} on request`);
      return partOf(member);
    });
  }

  /**
   * Ends all processes, the stages one after the other.
   *
   * @param dataIsWanted false: what only keeps data is killed, which is sooner
   */
  async stop(dataIsWanted = true): Promise<void> {
    this.#endWatches();
    await Promise.all(this.#members.map(({ turn }) => turn));
    const stages = [...new Set(this.#members.map((member) => member.stage))].sort((a, b) => b - a);
    for (const stage of stages) {
      const members = this.#members.filter((member) => member.stage === stage);
      const ends = members.map(async ({ spec, service }) => {
        if (spec.keepsData && !dataIsWanted) service?.kill('SIGKILL');
        if (service !== undefined) await stopService(service);
      });
      await Promise.all(ends);
    }
    this.#members = [];
  }

  /** Kills all processes at once, without waiting: works even if this process is about to end. */
  kill(): void {
    this.#endWatches();
    for (const { service } of this.#members) service?.kill('SIGKILL');
  }

  #endWatches(): void {
    this.#stopping = true;
    for (const { watch } of this.#members) watch?.abort();
  }

  #watch(member: Member): void {
    member.watch = new AbortController();
    void this.#revive(member, member.watch.signal);
  }

  /** Never rejects: that would end the supervisor and with it everything that it supervises. */
  async #revive(member: Member, signal: AbortSignal): Promise<void> {
    const { name } = member.spec;
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      await member.service?.exit;
      if (signal.aborted) return;
      if (Date.now() - member.since.getTime() > RECOVERED_AFTER_MS) delay = FIRST_DELAY_MS;
      member.since = new Date();
      this.#events.say(`${name} ${member.service?.ended()}; it starts again in ${delay} ms`);
      await sleep(delay, undefined, { signal }).catch(() => undefined);
      await this.#inTurn(member, async () => {
        if (!signal.aborted) await this.#launch(member);
      }).catch((error: Error) => this.#events.say(`${name}: ${error.message}`));
      if (signal.aborted) return;
    }
  }

  async #launch(member: Member): Promise<Service> {
    if (this.#stopping) throw new Error('everything is being stopped');
    const service = await startService(member.spec);
    member.service = service;
    member.since = new Date();
    member.restarts += 1;
    await this.#changed();
    return service;
  }

  #inTurn<T>(member: Member, work: () => Promise<T>): Promise<T> {
    const done = member.turn.then(work);
    member.turn = done.catch(() => undefined);
    return done;
  }

  /** A failure to note this down must not end what runs; the next change is noted with all before it. */
  async #changed(): Promise<void> {
    const processes = this.#members.flatMap((member) => {
      const { spec, service } = member;
      if (service === undefined || partOf(member).status === 'stopped') return [];
      return [{ name: spec.name, ...service.identity }];
    });
    await this.#events.changed(processes).catch((error: Error) => {
      this.#events.say(`the list of processes could not be written: ${error.message}`);
    });
  }
}

function partOf({ spec, service, since, restarts, watch }: Member): Part {
  const part = { name: spec.name, since: since.toISOString(), restarts: Math.max(0, restarts) };
  if (service?.ended() !== undefined) {
    return { ...part, status: watch?.signal.aborted ? 'stopped' : 'waiting' };
  }
  const status = watch === undefined ? 'starting' : 'running';
  return service === undefined
    ? { ...part, status }
    : { ...part, status, pid: service.identity.pid };
}
