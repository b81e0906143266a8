import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { exportedMetrics } from './support/exported-metrics.ts';
import { ROOT } from './support/manifests.ts';
import { selectorsOf } from './support/promql.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readYaml = (path: string) => parse(read(path), { merge: true });

const FOLDER = 'deploy/observability';

let exported: Awaited<ReturnType<typeof exportedMetrics>>;
beforeAll(async () => {
  exported = await exportedMetrics();
});

interface Service {
  environment?: Readonly<Record<string, string>>;
  volumes?: readonly string[];
  networks?: readonly string[] | Readonly<Record<string, { aliases?: string[] } | null>>;
}
const services: Record<string, Service> = readYaml('docker-compose.yml').services;

interface ScrapeConfig {
  job_name: string;
  metrics_path?: string;
  dns_sd_configs?: { names: string[]; port: number }[];
  static_configs?: { targets: string[] }[];
}
const prometheus: { rule_files: string[]; scrape_configs: ScrapeConfig[] } = readYaml(
  `${FOLDER}/prometheus.yml`,
);

/** `host:port` of everything that a job scrapes. */
function targetsOf({ dns_sd_configs = [], static_configs = [] }: ScrapeConfig): string[] {
  return [
    ...dns_sd_configs.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
    ...static_configs.flatMap(({ targets }) => targets),
  ];
}

/** By network, the other names that a service has there. */
function networksOf({ networks = [] }: Service): Map<string, readonly string[]> {
  if (Array.isArray(networks)) return new Map(networks.map((name) => [name, []]));
  return new Map(Object.entries(networks).map(([name, one]) => [name, one?.aliases ?? []]));
}

/** The services that a name leads to from where a service is. */
function reachableFrom(from: string, host: string): string[] {
  const own = networksOf(services[from] ?? {});
  return Object.entries(services).flatMap(([name, service]) => {
    const shared = [...networksOf(service)].filter(([network]) => own.has(network));
    return shared.some(([, aliases]) => name === host || aliases.includes(host)) ? [name] : [];
  });
}

/** Where a service finds what is at a path of this folder; undefined where it does not. */
function mounted(service: string, path: string): string | undefined {
  const mounts = (services[service]?.volumes ?? []).map((volume) => volume.split(':'));
  return mounts.find(([source]) => source === `./${FOLDER}/${path}`)?.[1];
}

describe('Prometheus', () => {
  const targets = prometheus.scrape_configs.flatMap(targetsOf);

  test.each(targets)('scrapes %s, which is in a network of its own', (target) => {
    expect(reachableFrom('prometheus', target.replace(/:\d+$/, ''))).not.toEqual([]);
  });

  test('scrapes each thing that has metrics once, and every gateway', () => {
    expect(targets.map((target) => target.replace(/:\d+$/, '')).sort()).toEqual(
      Object.keys(exported).sort(),
    );
    expect(reachableFrom('prometheus', 'gateway')).toEqual(['gateway-1', 'gateway-2']);
  });

  test.each(['outbox-relay', 'kafka-bridge', 'rabbit-notifier'])(
    'scrapes %s where it serves its metrics',
    (name) => {
      expect(targets).toContain(`${name}:${services[name]?.environment?.HEALTH_PORT}`);
    },
  );

  test('finds its rules beside its configuration', () => {
    for (const file of prometheus.rule_files) {
      expect(existsSync(join(ROOT, FOLDER, file))).toBe(true);
      expect(mounted('prometheus', file)).toBe(`/etc/prometheus/${file}`);
    }
    expect(mounted('prometheus', 'prometheus.yml')).toBe('/etc/prometheus/prometheus.yml');
  });
});

interface Panel {
  title: string;
  id: number;
  type: string;
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
}
interface Dashboard {
  panels: Panel[];
  templating: { list: { name: string; query: string }[] };
}
const dashboard: Dashboard = JSON.parse(read(`${FOLDER}/grafana/dashboards/movie-rental.json`));
const variables = Object.fromEntries(
  dashboard.templating.list.map(({ name, query }) => [name, query.split(',')]),
);
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

interface Rule {
  alert: string;
  expr: string;
}
const rules: Rule[] = prometheus.rule_files
  .flatMap((file) => readYaml(`${FOLDER}/${file}`).groups)
  .flatMap((group) => group.rules);

/** What a query asks for and nothing exports. */
function unanswered(query: string): string[] {
  return selectorsOf(query, variables).flatMap(({ name, jobs }) => {
    const all = Object.keys(exported);
    if (jobs.length === 0) return all.some((job) => exported[job]?.has(name)) ? [] : [name];
    return jobs.filter((job) => !exported[job]?.has(name)).map((job) => `${name} of ${job}`);
  });
}

describe('every metric that is asked for is exported, by', () => {
  test.each(panels.map(({ title, targets = [] }) => [title, targets] as const))(
    'the panel “%s”',
    (_title, targets) => {
      expect(targets).not.toEqual([]);
      for (const { expr } of targets) {
        expect(selectorsOf(expr)).not.toEqual([]);
        expect(unanswered(expr)).toEqual([]);
      }
    },
  );

  test.each(rules.map(({ alert, expr }) => [alert, expr] as const))(
    'the alert %s',
    (_alert, expr) => {
      expect(selectorsOf(expr)).not.toEqual([]);
      expect(unanswered(expr)).toEqual([]);
    },
  );
});

test('the README tells of every metric that the connectors have of their own', () => {
  const told = [...read(`${FOLDER}/README.md`).matchAll(/^\| `(\w+)` \|/gm)].map(
    ([, name]) => name,
  );
  const own = ['outbox-relay', 'kafka-bridge', 'rabbit-notifier'].flatMap((job) => [
    ...(exported[job] ?? []),
  ]);
  const isOfNode = (name: string) => /^(nodejs|process)_/.test(name);
  expect(told.sort()).toEqual([...new Set(own)].filter((name) => !isOfNode(name)).sort());
});

test('what a query asks for is found among what it does', () => {
  const query =
    'histogram_quantile(0.9, sum by (le, a) (rate(x_bucket{job="$v",l="y"}[5m]))) > 1 or absent(z:s) unless on (q) n';
  expect(selectorsOf(query, { v: ['one', 'two'] })).toEqual([
    { name: 'x_bucket', jobs: ['one', 'two'] },
    { name: 'z:s', jobs: [] },
    { name: 'n', jobs: [] },
  ]);
});

describe('Grafana', () => {
  const datasources: { uid: string; url: string; jsonData?: { timeInterval: string } }[] = readYaml(
    `${FOLDER}/grafana/provisioning/datasources/datasources.yml`,
  ).datasources;

  test.each(datasources.map(({ url }) => url))('is in one network with %s', (url) => {
    const { hostname } = new URL(url);
    expect(reachableFrom('grafana', hostname)).toEqual([hostname]);
  });

  test('finds what is provisioned', () => {
    const { providers } = readYaml(`${FOLDER}/grafana/provisioning/dashboards/dashboards.yml`);
    expect(mounted('grafana', 'grafana/provisioning')).toBe('/etc/grafana/provisioning');
    expect(mounted('grafana', 'grafana/dashboards')).toBe(providers[0].options.path);
  });

  test('knows the source of every panel, and each panel by a number of its own', () => {
    const known = datasources.map(({ uid }) => uid);
    for (const { datasource, targets = [] } of panels) {
      expect(known).toContain(datasource?.uid);
      for (const target of targets) expect(known).toContain(target.datasource.uid);
    }
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('takes rates over spans that hold several scrapes', () => {
    const { scrape_interval } = readYaml(`${FOLDER}/prometheus.yml`).global;
    expect(datasources.map(({ jsonData }) => jsonData?.timeInterval)).toContain(scrape_interval);
  });
});
