import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionSpec } from '../function-spec.ts';
import { Refusal } from '../refusal.ts';
import type { FunctionStore } from './function-store.ts';
import { ManagedFunction, type Surroundings } from './managed-function.ts';
import { rescale, scaleBounds } from './scale.ts';
import { timeoutsOf } from './timeouts.ts';

const LONGEST_RESTORE_MS = 10_000;
const RESTORE_POLL_MS = 20;

/** Told of what is deployed, before it is, so that it can object by throwing a Refusal. */
export interface RegistryListener {
  deploying(spec: FunctionSpec, name: string): void;
  removed(name: string): void;
}

interface RegistryOptions extends Surroundings {
  readonly store: FunctionStore;
  readonly listener: RegistryListener;
}

/** All deployed functions. Each change is on disk before it takes effect. */
export class Registry {
  readonly #functions = new Map<string, ManagedFunction>();
  readonly #options: RegistryOptions;
  readonly #leaving = new Set<Promise<void>>();
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /**
   * Deploys again what was deployed when the provider ended, and waits until all of it serves:
   * whoever balances over several gateways must not be let in before. What does not serve within
   * some seconds is not waited for.
   */
  async restore(): Promise<void> {
    const { store, driver, listener } = this.#options;
    const deployments = await store.load();
    const found = await driver.recover(deployments.map(({ spec }) => spec));
    for (const deployment of deployments) {
      const { spec } = deployment;
      listener.deploying(spec, spec.service);
      const replicas = found.get(spec.service);
      this.#functions.set(spec.service, new ManagedFunction(deployment, this.#options, replicas));
    }
    const deadline = Date.now() + LONGEST_RESTORE_MS;
    while (this.list().some((fn) => !fn.isServing) && Date.now() < deadline) {
      await sleep(RESTORE_POLL_MS);
    }
  }

  list(): ManagedFunction[] {
    return [...this.#functions.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  find(name: string): ManagedFunction | undefined {
    return this.#functions.get(name);
  }

  /** @throws Refusal 404 where it is not deployed. */
  get(name: string): ManagedFunction {
    const found = this.find(name);
    if (!found) throw new Refusal(404, `The function ${name} is not deployed`);
    return found;
  }

  /** Deploys a function, or what is deployed under its name anew. */
  deploy(spec: FunctionSpec): Promise<void> {
    return this.#inTurn(async () => {
      const existing = this.find(spec.service);
      if (existing) return this.#replace(existing, spec);
      await this.#check(spec);
      const { min: replicas } = scaleBounds(spec);
      const deployment = { spec, replicas, createdAt: new Date().toISOString() };
      await this.#options.store.save(deployment);
      this.#functions.set(spec.service, new ManagedFunction(deployment, this.#options));
    });
  }

  /** Deploys anew. @throws Refusal 404 where it is not deployed, as faas-cli expects. */
  update(spec: FunctionSpec): Promise<void> {
    return this.#inTurn(() => this.#replace(this.get(spec.service), spec));
  }

  scale(name: string, replicas: number): Promise<void> {
    return this.#inTurn(async () => {
      const fn = this.get(name);
      const { max } = scaleBounds(fn.deployment.spec);
      if (replicas > max) throw new Refusal(400, `${name} may have ${max} replicas at most`);
      const deployment = { ...fn.deployment, replicas };
      await this.#options.store.save(deployment);
      fn.update(deployment);
    });
  }

  /** Takes a function away; its replicas end in the background. */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const fn = this.get(name);
      await this.#options.store.remove(name);
      this.#functions.delete(name);
      this.#options.listener.removed(name);
      const leaving = fn.stop().finally(() => this.#leaving.delete(leaving));
      this.#leaving.add(leaving);
    });
  }

  /** The provider ends; what is deployed stays so, and replicas that can outlive it go on. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([...this.list().map((fn) => fn.close()), ...this.#leaving]);
    });
  }

  /** Changes happen one after another, so that none is built on what another is replacing. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#lastChange.then(change);
    this.#lastChange = turn.catch(() => {});
    return turn;
  }

  async #replace(fn: ManagedFunction, spec: FunctionSpec): Promise<void> {
    await this.#check(spec);
    const replicas = rescale(spec, fn.deployment.replicas);
    const deployment = { ...fn.deployment, spec, replicas };
    await this.#options.store.save(deployment);
    fn.update(deployment);
  }

  async #check(spec: FunctionSpec): Promise<void> {
    scaleBounds(spec);
    timeoutsOf(spec);
    await this.#options.driver.check(spec);
    this.#options.listener.deploying(spec, spec.service);
  }
}
