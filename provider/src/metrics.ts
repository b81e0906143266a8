import { Counter, Gauge, Histogram, Registry as MetricsRegistry } from 'prom-client';
import type { Registry } from './functions/registry.ts';
import { NAMESPACE } from './names.ts';

/** Metrics by the names and labels of OpenFaaS's gateway, which dashboards and autoscalers read. */
export class Metrics {
  readonly #registry = new MetricsRegistry();
  readonly #total: Counter<'function_name' | 'code'>;
  readonly #seconds: Histogram<'function_name' | 'code'>;
  readonly #started: Counter<'function_name'>;

  constructor() {
    const registers = [this.#registry];
    this.#total = new Counter({
      name: 'gateway_function_invocation_total',
      help: 'Invocations answered',
      labelNames: ['function_name', 'code'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'gateway_functions_seconds',
      help: 'Seconds from an invocation to the end of its answer',
      labelNames: ['function_name', 'code'],
      registers,
    });
    this.#started = new Counter({
      name: 'gateway_function_invocation_started',
      help: 'Invocations begun',
      labelNames: ['function_name'],
      registers,
    });
  }

  /** Shows how many replicas each function has. */
  watch(functions: Registry): void {
    new Gauge({
      name: 'gateway_service_count',
      help: 'Replicas that a function is to have',
      labelNames: ['function_name'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { name, deployment } of functions.list()) {
          this.set({ function_name: label(name) }, deployment.replicas);
        }
      },
    });
  }

  /** Counts an invocation. Call the result with the status of its answer. */
  observeInvocation(name: string): (code: number) => void {
    const start = performance.now();
    this.#started.inc({ function_name: label(name) });
    return (code) => {
      const labels = { function_name: label(name), code: String(code) };
      this.#total.inc(labels);
      this.#seconds.observe(labels, (performance.now() - start) / 1_000);
    };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  expose(): Promise<string> {
    return this.#registry.metrics();
  }
}

function label(name: string): string {
  return `${name}.${NAMESPACE}`;
}
