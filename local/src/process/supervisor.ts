import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from './identity.ts';
import { type Service, type ServiceSpec, startService, stopService } from './service.ts';

/** When services are ended: higher numbers first, equal ones together. */
export type Stage = number;

/** What the supervisor knows about one of its processes. */
export type SupervisedProcess = ProcessIdentity & { readonly name: string };

type Member = { readonly stage: Stage; service: Service };

type Events = {
  /** Tells the user something that happened after the start. */
  readonly say: (message: string) => void;
  /** Is called whenever other processes run than before. */
  readonly changed: (processes: readonly SupervisedProcess[]) => Promise<void>;
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A process that ran for this long has recovered: its next end begins with the first delay again. */
const RECOVERED_AFTER_MS = 60_000;

/** Keeps processes running and ends them in order. */
export class Supervisor {
  readonly #members: Member[] = [];
  readonly #events: Events;
  readonly #launching = new Set<Promise<Service>>();
  #stopping = false;

  constructor(events: Events) {
    this.#events = events;
  }

  /**
   * Starts a process that is ended with the others.
   *
   * @throws Error where it cannot be started, or everything is being stopped
   */
  async start(spec: ServiceSpec, stage: Stage): Promise<Service> {
    if (this.#stopping) throw new Error('everything is being stopped');
    const service = await this.#launch(spec, (started) => {
      this.#members.push({ stage, service: started });
    });
    await this.#changed();
    return service;
  }

  /** From now on, the process is started again whenever it ends by itself. */
  keep(service: Service): void {
    const member = this.#members.find((candidate) => candidate.service === service);
    if (member !== undefined) void this.#watch(member);
  }

  /** Ends one process and forgets it. */
  async remove(service: Service): Promise<void> {
    const index = this.#members.findIndex((member) => member.service === service);
    if (index >= 0) this.#members.splice(index, 1);
    await stopService(service);
    await this.#changed();
  }

  /**
   * Ends all processes, the stages one after the other.
   *
   * @param dataIsWanted false: what only keeps data is killed, which is sooner
   */
  async stop(dataIsWanted = true): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#launching);
    const stages = [...new Set(this.#members.map((member) => member.stage))].sort((a, b) => b - a);
    for (const stage of stages) {
      const members = this.#members.filter((member) => member.stage === stage);
      for (const { service } of members) {
        if (service.spec.keepsData && !dataIsWanted) service.kill('SIGKILL');
      }
      await Promise.all(members.map(({ service }) => stopService(service)));
    }
    this.#members.length = 0;
  }

  /** Kills all processes at once, without waiting: also where this process is about to end. */
  kill(): void {
    this.#stopping = true;
    for (const member of this.#members) member.service.kill('SIGKILL');
  }

  async #watch(member: Member): Promise<void> {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      const started = Date.now();
      await member.service.exit;
      if (this.#stopping || !this.#members.includes(member)) return;
      if (Date.now() - started > RECOVERED_AFTER_MS) delay = FIRST_DELAY_MS;
      const { spec } = member.service;
      this.#events.say(`${spec.name} ${member.service.ended()}; it starts again in ${delay} ms`);
      await sleep(delay);
      if (this.#stopping || !this.#members.includes(member)) return;
      await this.#launch(spec, (started) => {
        member.service = started;
      });
      await this.#changed();
    }
  }

  /** A start that `stop` waits for, so that no process can slip past it. */
  async #launch(spec: ServiceSpec, register: (service: Service) => void): Promise<Service> {
    const launch = startService(spec).then((service) => {
      register(service);
      return service;
    });
    this.#launching.add(launch);
    return launch.finally(() => this.#launching.delete(launch));
  }

  #changed(): Promise<void> {
    const processes = this.#members.map(({ service }) => ({
      name: service.spec.name,
      ...service.identity,
    }));
    return this.#events.changed(processes);
  }
}
