import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver } from '../drivers/driver.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { Refusal } from '../refusal.ts';
import type { FunctionStore } from './function-store.ts';
import { type Context, ManagedFunction } from './managed-function.ts';
import { timeoutsOf } from './timeouts.ts';

const LONGEST_RESTORE_MS = 10_000;
const RESTORE_POLL_MS = 20;

/** Notified before each deployment, so that it can veto one by throwing a Refusal. */
export interface RegistryListener {
  deploying(spec: FunctionSpec, name: string): void;
  removed(name: string): void;
}

interface RegistryOptions extends Context {
  readonly store: FunctionStore;
  readonly listener: RegistryListener;
}

/** All deployed functions. Each change is on disk before it takes effect. */
export class Registry {
  readonly #functions = new Map<string, ManagedFunction>();
  readonly #options: RegistryOptions;
  readonly #leaving = new Set<Promise<void>>();
  /** Changes run one after another, so that none builds on outdated state. */
  readonly #changes = new Queue();
  readonly #preparation: Preparation;
  /** When the last change of a function was asked for, by its name. */
  readonly #changedAt = new Map<string, number>();
  #asked = 0;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#preparation = new Preparation(options.driver);
  }

  /**
   * Restores what was deployed when the provider ended, and waits some seconds until all of it
   * serves: a load balancer must not send requests before.
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

  /** @throws Refusal 404 if it is not deployed. */
  get(name: string): ManagedFunction {
    const found = this.find(name);
    if (!found) throw new Refusal(404, `The function ${name} is not deployed`);
    return found;
  }

  /** Deploys a function, or replaces the one of its name. */
  deploy(spec: FunctionSpec): Promise<void> {
    return this.#prepared(spec, async () => {
      const existing = this.find(spec.service);
      if (existing) return this.#replace(existing, spec);
      this.#options.listener.deploying(spec, spec.service);
      const { min: replicas } = scaleBounds(spec);
      const deployment = { spec, replicas, createdAt: new Date().toISOString() };
      await this.#options.store.save(deployment);
      this.#functions.set(spec.service, new ManagedFunction(deployment, this.#options));
    });
  }

  /** Replaces a function. @throws Refusal 404 if it is not deployed, as faas-cli expects. */
  async update(spec: FunctionSpec): Promise<void> {
    this.get(spec.service);
    await this.#prepared(spec, () => this.#replace(this.get(spec.service), spec));
  }

  scale(name: string, replicas: number): Promise<void> {
    return this.#changes.add(async () => {
      const fn = this.get(name);
      const { max } = scaleBounds(fn.deployment.spec);
      if (replicas > max) throw new Refusal(400, `${name} may have ${max} replicas at most`);
      const deployment = { ...fn.deployment, replicas };
      await this.#options.store.save(deployment);
      fn.update(deployment);
    });
  }

  /** Removes a function; its replicas end in the background. */
  remove(name: string): Promise<void> {
    const asked = ++this.#asked;
    return this.#changes.add(async () => {
      const fn = this.get(name);
      await this.#options.store.remove(name);
      this.#changedAt.set(name, asked);
      this.#functions.delete(name);
      this.#options.listener.removed(name);
      const leaving = fn.stop().finally(() => this.#leaving.delete(leaving));
      this.#leaving.add(leaving);
    });
  }

  /** Removes a secret. @throws Refusal 409 if deployed functions use it. */
  releaseSecret(secret: string, remove: () => Promise<void>): Promise<void> {
    return this.#changes.add(async () => {
      const users = this.list().filter(({ deployment }) =>
        deployment.spec.secrets.includes(secret),
      );
      const names = users.map(({ name }) => name).join(', ');
      if (names) throw new Refusal(409, `The secret ${secret} is in use by ${names}`);
      await remove();
    });
  }

  /** The provider is about to end: pending and later deployments are refused with 503. */
  refuseDeployments(): void {
    this.#preparation.close();
  }

  /** The provider ends; deployments stay, and replicas that can outlive it keep running. */
  close(): Promise<void> {
    this.refuseDeployments();
    return this.#changes.add(async () => {
      await Promise.all([...this.list().map((fn) => fn.close()), ...this.#leaving]);
    });
  }

  /**
   * Deploys once everything is fetched, without blocking other changes. If a later request has been
   * completed by then, that one wins.
   */
  async #prepared(spec: FunctionSpec, deploy: () => Promise<void>): Promise<void> {
    const asked = ++this.#asked;
    await this.#check(spec);
    await this.#preparation.prepare(spec);
    await this.#changes.add(async () => {
      if ((this.#changedAt.get(spec.service) ?? 0) > asked) return;
      await this.#check(spec);
      await deploy();
      this.#changedAt.set(spec.service, asked);
    });
  }

  async #replace(fn: ManagedFunction, spec: FunctionSpec): Promise<void> {
    this.#options.listener.deploying(spec, spec.service);
    const replicas = rescale(spec, fn.deployment.replicas);
    const deployment = { ...fn.deployment, spec, replicas };
    await this.#options.store.save(deployment);
    fn.update(deployment);
  }

  async #check(spec: FunctionSpec): Promise<void> {
    scaleBounds(spec);
    timeoutsOf(spec);
    await this.#options.driver.check(spec);
  }
}

/** Runs tasks one after another. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task after all earlier ones have succeeded or failed. */
  add<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => {});
    return done;
  }
}

/** A large image over a slow line takes minutes; anything longer is stuck. */
export const LONGEST_PREPARATION_MS = 600_000;

/** Fetches what functions are started from, in parallel, until the provider ends. */
export class Preparation {
  readonly #driver: Driver;
  readonly #longest: number;
  readonly #closing = new AbortController();

  /** @param longest milliseconds. */
  constructor(driver: Driver, longest = LONGEST_PREPARATION_MS) {
    this.#driver = driver;
    this.#longest = longest;
  }

  /** @throws Refusal 400 if it is unavailable, 503 if the provider is ending. */
  async prepare(spec: FunctionSpec): Promise<void> {
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(this.#tooLong(spec)), this.#longest);
    try {
      const signal = AbortSignal.any([this.#closing.signal, tooLong.signal]);
      signal.throwIfAborted();
      await this.#driver.prepare(spec, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all of it and refuses more. */
  close(): void {
    this.#closing.abort(new Refusal(503, 'The provider is ending'));
  }

  #tooLong({ image }: FunctionSpec): Refusal {
    const minutes = Math.round(this.#longest / 60_000);
    return new Refusal(400, `Getting the image ${image} took longer than ${minutes} minutes`);
  }
}

const DEFAULT_MIN = 1;
/** The gateway's own default. */
const DEFAULT_MAX = 20;

/** The bounds that a function's labels set; it is deployed with the lower one. */
export function scaleBounds({ labels }: FunctionSpec): { min: number; max: number } {
  const min = bound(labels, 'com.openfaas.scale.min', DEFAULT_MIN);
  const max = bound(labels, 'com.openfaas.scale.max', Math.max(DEFAULT_MAX, min));
  if (min > max) throw new Refusal(400, 'com.openfaas.scale.min is above com.openfaas.scale.max');
  return { min, max };
}

/** How many of its `replicas` a function keeps when it is replaced. */
export function rescale(spec: FunctionSpec, replicas: number): number {
  const { min, max } = scaleBounds(spec);
  return Math.min(max, Math.max(min, replicas));
}

function bound(labels: FunctionSpec['labels'], name: string, fallback: number): number {
  const text = labels[name];
  if (text === undefined) return fallback;
  if (!/^\d{1,3}$/.test(text)) throw new Refusal(400, `The label ${name} is not a whole number`);
  return Number(text);
}
