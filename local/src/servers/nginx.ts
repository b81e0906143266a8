import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PREFERRED_PORTS } from '../instance/ports.ts';
import { openApt, unpackPackages } from '../packages/apt.ts';
import { findProgram, isAtLeast, type Program, programOf } from '../packages/program.ts';
import { firstSource, type Source } from '../packages/source.ts';
import { debianSource } from '../packages/store.ts';
import { PACKAGES, ROOT } from '../paths.ts';
import { cleanEnvironment, run } from '../process/run.ts';
import { STAGE } from '../process/supervisor.ts';
import { renderNginx } from './nginx-settings.ts';
import { type Context, startServer, withPorts } from './server.ts';

const OLDEST_NGINX = '1.18';

/** Reads the version out of what `nginx -v` prints (`nginx version: nginx/1.22.1`). */
export function parseNginxVersion(text: string): string | undefined {
  return /nginx\/(\d+(?:\.\d+)+)/.exec(text)?.[1];
}

const installed: Source<Program> = {
  name: 'installed on this machine',
  async find() {
    const path = await findProgram('nginx');
    if (path === undefined) return undefined;
    const { stderr } = await run(path, ['-v']);
    const version = parseNginxVersion(stderr);
    if (version === undefined || !isAtLeast(version, OLDEST_NGINX)) return undefined;
    return { command: [path], env: {} };
  },
};

/** Where Nginx can come from, best first. */
export const nginxSources: readonly Source<Program>[] = [
  installed,
  debianSource(
    'nginx',
    async (folder) => unpackPackages(await openApt(PACKAGES), ['nginx'], folder),
    (root) => programOf(root, 'usr/sbin/nginx'),
  ),
];

/** The first Nginx that fits, downloaded if the machine has none. */
export function nginxSoftware(): Promise<Program> {
  return firstSource('Nginx', nginxSources);
}

/** Only a master that runs as root changes its workers' user; they must read a folder that only root can. */
const DIRECTIVES = process.getuid?.() === 0 ? 'daemon off; user root;' : 'daemon off;';

interface NginxOptions {
  /** The Nginx to use; the first that fits by default. */
  readonly software?: Program;
  /** As in the settings of its configuration. */
  readonly trustedProxies?: readonly string[];
}

/**
 * Starts Nginx in front of gateways.
 *
 * @param gateways `host:port` of each
 * @returns its URL, without a slash at the end
 */
export async function startNginx(
  context: Context,
  gateways: readonly string[],
  options: NginxOptions = {},
): Promise<string> {
  const { instance, supervisor } = context;
  const { software = await nginxSoftware(), trustedProxies = [] } = options;
  const prefix = join(instance.generated, 'nginx');
  const config = join(prefix, 'nginx.conf');
  await mkdir(join(prefix, 'logs'), { recursive: true });
  const template = await readFile(join(ROOT, 'nginx', 'nginx.conf.template'), 'utf8');
  return withPorts(context, { nginx: PREFERRED_PORTS.nginx }, async (ports) => {
    const listen = `127.0.0.1:${ports.nginx}`;
    const settings = { listen, gateways, trustedProxies, workers: '1' };
    await writeFile(config, renderNginx(template, settings));
    const spec = {
      name: 'nginx',
      command: [...software.command, '-p', prefix, '-c', config, '-g', DIRECTIVES] as const,
      env: { ...cleanEnvironment(), ...software.env },
      log: join(instance.logs, 'nginx.log'),
      stopSignal: 'SIGQUIT' as const,
      graceMs: 5000,
    };
    const url = `http://${listen}`;
    const isReady = async () => (await fetch(`${url}/healthz`)).ok;
    await startServer(supervisor, spec, STAGE.nginx, isReady);
    return url;
  });
}
