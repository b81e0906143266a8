import { join } from 'node:path';
import type { Gateway } from '@movie-rental/jobs/client';
import { deployStack } from '@movie-rental/jobs/deploy-stack';
import { ensureAdministrator } from '@movie-rental/jobs/first-administrator';
import { readDeployments } from '@movie-rental/jobs/stack';
import { migrate, withDatabase } from '@movie-rental/mysql';
import { build, endBundler } from '../../../tools/build.ts';
import { adminAccount, applicationSecrets } from '../instance/application-secrets.ts';
import type { Endpoints } from '../instance/endpoints.ts';
import { bundlesOf } from '../instance/instance.ts';
import { ROOT } from '../paths.ts';
import { startNginx } from '../servers/nginx/server.ts';
import { nginxSoftware } from '../servers/nginx/software.ts';
import { startConnectors } from './connectors.ts';
import { type Externals, kafkaSettings } from './external.ts';
import type { Step } from './progress.ts';
import { startProvider } from './provider.ts';
import { type StartedServers, serverSteps } from './servers.ts';
import type { Session } from './session.ts';

/** What the steps fill in, each for the steps that come after it. */
type Found = StartedServers & {
  secrets?: Record<string, string>;
  gateway?: Gateway;
  url?: string;
  admin?: Endpoints['admin'];
};

/** What an earlier step has filled in; its absence is a fault of the steps' order. */
function need<K extends keyof Found>(found: Found, name: K): NonNullable<Found[K]> {
  const value = found[name];
  if (value === undefined || value === null) throw new Error(`no step has given “${name}” yet`);
  return value as NonNullable<Found[K]>;
}

/** The steps that make the application of servers. */
function applicationSteps(session: Session, externals: Externals, found: Found): Step[] {
  const { instance } = session;
  const bundles = bundlesOf(instance);
  return [
    { title: 'Nginx software', run: async () => void (await nginxSoftware()) },
    {
      title: 'Bundles',
      run: async () => {
        await build({ root: ROOT, outDir: bundles });
        await endBundler();
      },
    },
    {
      title: 'Schema',
      after: ['MySQL'],
      run: async () => {
        const { url } = need(found, 'mysql');
        await migrate(url, join(ROOT, 'db', 'migrations'));
        found.secrets = await applicationSecrets(instance, url, externals.SMTP_URL);
      },
    },
    {
      title: 'Provider',
      after: ['Bundles'],
      run: async () => {
        found.gateway = await startProvider(session, bundles);
      },
    },
    {
      title: 'Functions',
      after: ['Schema', 'Provider'],
      run: async () => {
        const deployments = await readDeployments(join(ROOT, 'stack.yml'));
        await deployStack(need(found, 'gateway'), deployments, need(found, 'secrets'));
      },
    },
    {
      title: 'Connectors',
      after: ['Schema', 'Kafka', 'RabbitMQ', 'Provider'],
      run: () => {
        const settings = kafkaSettings(externals, process.env);
        const endpoints = { ...connections(found), kafkaSettings: settings };
        return startConnectors(session, bundles, endpoints, need(found, 'secrets'));
      },
    },
    {
      title: 'Nginx',
      after: ['Nginx software', 'Provider'],
      run: async () => {
        const own = new URL(need(found, 'gateway').url).host;
        const { GATEWAY_UPSTREAMS = [own], TRUSTED_PROXIES = [] } = externals;
        const options = { trustedProxies: TRUSTED_PROXIES };
        found.url = await startNginx(session, GATEWAY_UPSTREAMS, options);
      },
    },
    {
      title: 'Administrator',
      after: ['Schema'],
      run: async () => {
        const account = await adminAccount(instance);
        const { url } = need(found, 'mysql');
        await withDatabase(url, (database) => ensureAdministrator(database, account));
        found.admin = account;
      },
    },
  ];
}

function connections(found: Found) {
  return {
    mysql: need(found, 'mysql'),
    kafka: need(found, 'kafka'),
    rabbitmq: need(found, 'rabbitmq'),
    gatewayUrl: need(found, 'gateway').url,
  };
}

/** A whole system that runs. */
export type Stack = {
  readonly endpoints: Endpoints;
  /** MySQL as the user who may do everything; undefined where it is the user's own server. */
  readonly mysqlRootUrl: string | undefined;
};

/**
 * Brings the whole system up, each part as soon as what it needs is there, and announces its endpoints.
 *
 * @throws what the first step that fails throws
 */
export async function bringUpStack(session: Session, externals: Externals): Promise<Stack> {
  const found: Found = {};
  const servers = serverSteps(session, externals, found);
  await session.perform([...servers, ...applicationSteps(session, externals, found)]);
  const endpoints = {
    url: need(found, 'url'),
    gateway: need(found, 'gateway'),
    admin: need(found, 'admin'),
    mysql: need(found, 'mysql'),
    kafka: need(found, 'kafka'),
    rabbitmq: need(found, 'rabbitmq'),
  };
  await session.announce(endpoints);
  return { endpoints, mysqlRootUrl: found.mysqlRootUrl };
}
