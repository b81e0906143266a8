import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Logger } from 'pino';
import type { Driver } from '../drivers/driver.ts';
import type { FunctionSpec } from '../function-spec.ts';
import type { LogBook } from '../logs/log-book.ts';
import type { Deployment } from './function-store.ts';
import { LONGEST_START_MS, Replica, totalUsage, type Usage } from './replica.ts';
import { type Timeouts, timeoutsOf } from './timeouts.ts';

/** What replicas need from the provider. */
export interface Context {
  readonly driver: Driver;
  readonly logs: LogBook;
  readonly log: Logger;
}

/** A deployed function: keeps the wanted number of replicas of its newest deployment. */
export class ManagedFunction {
  readonly #context: Context;
  readonly #ending = new Set<Promise<void>>();
  /** Emits `settled` whenever a replica may have changed. */
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #deployment: Deployment;
  #timeouts: Timeouts;
  #replicas: Replica[] = [];
  #turn = 0;
  /** Requests since the provider started. */
  invocations = 0;

  /** @param found the replicas that an earlier provider left running. */
  constructor(deployment: Deployment, context: Context, found: readonly string[] = []) {
    this.#context = context;
    this.#deployment = deployment;
    this.#timeouts = timeoutsOf(deployment.spec);
    for (const id of found) this.#start(id);
    this.#settle();
  }

  get name(): string {
    return this.#deployment.spec.service;
  }

  get deployment(): Deployment {
    return this.#deployment;
  }

  get timeouts(): Timeouts {
    return this.#timeouts;
  }

  get availableReplicas(): number {
    return this.#replicas.filter(({ pool }) => pool).length;
  }

  /** Whether it answers, or is scaled to zero. */
  get isServing(): boolean {
    return this.availableReplicas > 0 || this.#deployment.replicas === 0;
  }

  /** What its replicas use; undefined if that is unknown. */
  async usage(): Promise<Usage | undefined> {
    const usages = await Promise.all(this.#replicas.map((replica) => replica.usage()));
    const known = usages.filter((usage) => usage !== undefined);
    return known.length > 0 ? totalUsage(known) : undefined;
  }

  /**
   * Replaces what is deployed. Old replicas serve until new ones are ready, so no request fails;
   * if new ones never become ready, the old ones stay.
   */
  update(deployment: Deployment): void {
    this.#deployment = deployment;
    this.#timeouts = timeoutsOf(deployment.spec);
    this.#settle();
  }

  /** The next ready replica, round robin, that is not among `tried`. */
  next(tried: readonly Replica[]): Replica | undefined {
    const ready = this.#replicas.filter((replica) => replica.pool && !tried.includes(replica));
    this.#turn = (this.#turn + 1) % Math.max(1, ready.length);
    return ready[this.#turn];
  }

  /**
   * Waits for a ready replica while one starts that is not known to fail: just after a deployment
   * none is ready yet. Undefined if none is starting, or the signal ends the wait.
   */
  async starting(signal: AbortSignal): Promise<Replica | undefined> {
    while (!signal.aborted && this.#replicas.some(({ isStarting }) => isStarting)) {
      await once(this.#changes, 'settled', { signal }).catch(() => {});
      const replica = this.next([]);
      if (replica) return replica;
    }
    return undefined;
  }

  /** Ends all replicas, each after its requests in flight. */
  async stop(): Promise<void> {
    this.#deployment = { ...this.#deployment, replicas: 0 };
    this.#settle();
    await Promise.all(this.#ending);
  }

  /** The provider ends: replicas that can outlive it keep running, the others are stopped. */
  async close(): Promise<void> {
    const leaving = this.#replicas.map((replica) => replica.leave());
    await Promise.all([...leaving, ...this.#ending]);
  }

  /** Brings the replicas closer to the deployment; called whenever one changes. */
  #settle(): void {
    const { spec, replicas: wanted } = this.#deployment;
    const current = this.#replicas.filter((replica) => replica.spec === spec);
    for (let count = current.length; count < wanted; count += 1) this.#start(newId(spec));
    const surplus = readyFirst(current).slice(wanted);
    const ready = current.filter(({ pool }) => pool).length;
    const older = readyFirst(this.#replicas.filter((replica) => replica.spec !== spec));
    const keep = Math.max(0, wanted - ready);
    const useless = older.filter((replica, index) => index >= keep || !replica.pool);
    for (const replica of [...surplus, ...useless]) this.#end(replica);
    this.#changes.emit('settled');
  }

  #start(id: string): void {
    const { driver, logs, log } = this.#context;
    const { spec } = this.#deployment;
    const onLine = (line: string, at?: string) => logs.append(spec.service, id, line, at);
    const lastLineAt = () => logs.lastAt(spec.service, id);
    const onChange = () => this.#settle();
    const says = { onLine, lastLineAt, onChange };
    const replica = new Replica({ id, spec, driver, log, ...says, longestStart: LONGEST_START_MS });
    this.#replicas.push(replica);
  }

  #end(replica: Replica): void {
    this.#replicas = this.#replicas.filter((other) => other !== replica);
    const ending = replica.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

function newId({ service }: FunctionSpec): string {
  return `${service}-${randomBytes(4).toString('hex')}`;
}

function readyFirst(replicas: readonly Replica[]): Replica[] {
  return [...replicas].sort((a, b) => Number(!a.pool) - Number(!b.pool));
}
