import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gateway } from '@movie-rental/jobs/client';
import { gatewayAccount } from '../instance/application-secrets.ts';
import { writePrivate } from '../instance/files.ts';
import type { Instance } from '../instance/instance.ts';
import { PREFERRED_PORTS } from '../instance/preferred-ports.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { STAGE } from '../process/stages.ts';
import { type Surroundings, startServer, withPorts } from '../servers/server.ts';

/** Functions finish what is in flight, each within its own `write_timeout`. */
const GRACE_MS = 60_000;

/** Makes the folder of the gateway's own secrets, in the form that OpenFaaS' gateway reads too. */
async function credentials(instance: Instance) {
  const account = await gatewayAccount(instance);
  const folder = join(instance.secrets, 'gateway');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writePrivate(join(folder, 'basic-auth-user'), account.username);
  await writePrivate(join(folder, 'basic-auth-password'), account.password);
  return { folder, account };
}

/**
 * Starts the provider, which is the gateway too, over bundles that `npm run build` makes.
 *
 * @param bundles the build's output folder
 */
export async function startProvider(surroundings: Surroundings, bundles: string): Promise<Gateway> {
  const { instance, supervisor } = surroundings;
  const { folder, account } = await credentials(instance);
  return withPorts(surroundings, { gateway: PREFERRED_PORTS.gateway }, async (ports) => {
    const url = `http://127.0.0.1:${ports.gateway}`;
    const spec = {
      name: 'provider',
      command: [process.execPath, '--enable-source-maps', join(bundles, 'provider.mjs')] as const,
      env: {
        ...cleanEnvironment(),
        HOST: '127.0.0.1',
        PORT: String(ports.gateway),
        STATE_DIR: join(instance.data, 'provider'),
        DRIVER: 'process',
        FUNCTIONS_MANIFEST: join(bundles, 'functions', 'manifest.json'),
        secret_mount_path: folder,
      },
      log: join(instance.logs, 'provider.log'),
      graceMs: GRACE_MS,
    };
    const isReady = async () => (await fetch(`${url}/healthz`)).ok;
    await startServer(supervisor, spec, STAGE.provider, isReady);
    return { url, ...account };
  });
}
