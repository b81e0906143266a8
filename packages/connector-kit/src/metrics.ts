import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** A value of a metric, under its labels. */
export interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

/** A metric whose values live with those who count them, and are read when they are asked for. */
export interface Metric {
  name: string;
  help: string;
  labelNames?: readonly string[];
  read(): readonly Sample[];
}

/** What a process shows to Prometheus. */
export interface Metrics {
  /** Shows what only grows; by convention its name ends in `_total`. */
  counter(metric: Metric): void;
  /** Shows what rises and falls; without a sample it is absent. */
  gauge(metric: Metric): void;
  /** Adds what is measured of every Node process; measuring it costs a little. */
  addProcess(): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const options = ({ name, help, labelNames = [] }: Metric) => ({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    counter: (metric) => {
      new Counter({
        ...options(metric),
        collect() {
          this.reset();
          for (const { labels = {}, value } of metric.read()) this.inc(labels, value);
        },
      });
    },
    gauge: (metric) => {
      new Gauge({
        ...options(metric),
        collect() {
          this.reset();
          this.remove({});
          for (const { labels = {}, value } of metric.read()) this.set(labels, value);
        },
      });
    },
    addProcess: () => collectDefaultMetrics({ register: registry }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
