import { join } from 'node:path';
import { deployStack } from '@movie-rental/jobs/deploy-stack';
import { ensureAdministrator } from '@movie-rental/jobs/first-administrator';
import { readDeployments } from '@movie-rental/jobs/stack';
import { migrate, withDatabase } from '@movie-rental/mysql';
import { build, endBundler } from '../../../tools/build.ts';
import { bundlesOf } from '../instance/instance.ts';
import { accountOf, applicationSecrets } from '../instance/secrets.ts';
import type { Endpoints } from '../instance/state.ts';
import { ROOT } from '../paths.ts';
import { nginxSoftware, startNginx } from '../servers/nginx.ts';
import { startConnectors, startProvider } from './application.ts';
import { connectorSettings, type Externals } from './external.ts';
import type { Step } from './progress.ts';
import { startServers } from './servers.ts';
import type { Session } from './session.ts';

/** A running system. */
export type Stack = {
  readonly endpoints: Endpoints;
  /** MySQL as the user who may do everything; undefined if it is the user's own server. */
  readonly mysqlRootUrl: string | undefined;
};

/**
 * Brings the whole system up, each part as soon as what it needs is there, and announces its endpoints.
 *
 * @throws what the first step that fails throws
 */
export async function bringUpStack(session: Session, externals: Externals): Promise<Stack> {
  const stack = await session.perform((step) => planStack(step, session, externals));
  await session.announce(stack.endpoints);
  return stack;
}

async function planStack(step: Step, session: Session, externals: Externals): Promise<Stack> {
  const { instance } = session;
  const { mysql, kafka, rabbitmq } = startServers(step, session, externals);
  const nginxFound = step('Nginx software', [], nginxSoftware);
  const bundled = step('Bundles', [], async () => {
    await build({ root: ROOT, outDir: bundlesOf(instance) });
    await endBundler();
  });
  const secrets = step('Schema', [mysql], async ({ url }) => {
    await migrate(url, join(ROOT, 'db', 'migrations'));
    return applicationSecrets(instance, url, externals.SMTP_URL);
  });
  const gateway = step('Provider', [bundled], () => startProvider(session));
  const functions = step('Functions', [gateway, secrets], async (openfaas, values) => {
    await deployStack(openfaas, await readDeployments(join(ROOT, 'stack.yml')), values);
  });
  const needs = [mysql, kafka, rabbitmq, gateway, secrets] as const;
  const connectors = step('Connectors', needs, (database, broker, queues, openfaas, values) => {
    const servers = { mysql: database, kafka: broker, rabbitmq: queues, gateway: openfaas };
    const settings = connectorSettings(externals, process.env);
    return startConnectors(session, { ...servers, settings }, values);
  });
  const url = step('Nginx', [gateway, nginxFound], (openfaas) => {
    const { GATEWAY_UPSTREAMS = [new URL(openfaas.url).host], TRUSTED_PROXIES = [] } = externals;
    return startNginx(session, GATEWAY_UPSTREAMS, { trustedProxies: TRUSTED_PROXIES });
  });
  const admin = step('Administrator', [mysql, secrets], async (database) => {
    const account = await accountOf(instance, 'admin');
    await withDatabase(database.url, (opened) => ensureAdministrator(opened, account));
    return account;
  });
  await Promise.all([functions, connectors]);
  const { url: mysqlUrl, rootUrl } = await mysql;
  const servers = { mysql: { url: mysqlUrl }, kafka: await kafka, rabbitmq: await rabbitmq };
  const endpoints = { url: await url, admin: await admin, gateway: await gateway, ...servers };
  return { endpoints, mysqlRootUrl: rootUrl };
}
