import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../../instance/instance.ts';
import { PREFERRED_PORTS } from '../../instance/ports.ts';
import { isContainerImage } from '../../packages/container-source.ts';
import { ROOT } from '../../paths.ts';
import { cleanEnvironment } from '../../process/run.ts';
import type { ServiceSpec } from '../../process/service.ts';
import { STAGE } from '../../process/supervisor.ts';
import { containerProcess } from '../containers.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import { reach } from './container.ts';
import { type NginxSoftware, nginxSoftware } from './software.ts';
import { renderNginx } from './template.ts';

/** Only a master that runs as root changes its workers' user; they must read a folder that is root's alone. */
const directives = (uid: number | undefined) =>
  uid === 0 ? 'daemon off; user root;' : 'daemon off;';

/** How Nginx runs, with its folder at the same path wherever that is. */
async function nginx(
  instance: Instance,
  software: NginxSoftware,
  prefix: string,
  port: number,
): Promise<Pick<ServiceSpec, 'command' | 'env' | 'sweep'>> {
  const args = (uid: number | undefined) => {
    return ['-p', prefix, '-c', join(prefix, 'nginx.conf'), '-g', directives(uid)];
  };
  if (isContainerImage(software)) {
    return containerProcess(instance, software, {
      server: 'nginx',
      entrypoint: 'nginx',
      args: args(software.engine.user.uid),
      mounts: [{ source: prefix }],
      ports: [port],
      reachesMachine: true,
    });
  }
  return {
    command: [...software.command, ...args(process.getuid?.())],
    env: { ...cleanEnvironment(), ...software.env },
  };
}

interface NginxOptions {
  /** The Nginx to use; absent: the first that fits. */
  readonly software?: NginxSoftware;
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
  surroundings: Surroundings,
  gateways: readonly string[],
  options: NginxOptions = {},
): Promise<string> {
  const { instance, supervisor } = surroundings;
  const { software = await nginxSoftware(), trustedProxies = [] } = options;
  const engine = isContainerImage(software) ? software.engine : undefined;
  const prefix = join(instance.generated, 'nginx');
  await mkdir(join(prefix, 'logs'), { recursive: true });
  const template = await readFile(join(ROOT, 'nginx', 'nginx.conf.template'), 'utf8');
  return withPorts(surroundings, { nginx: PREFERRED_PORTS.nginx }, async (ports) => {
    const settings = { ...reach(engine, ports.nginx, gateways), trustedProxies, workers: '1' };
    await writeFile(join(prefix, 'nginx.conf'), renderNginx(template, settings));
    const spec = {
      name: 'nginx',
      ...(await nginx(instance, software, prefix, ports.nginx)),
      log: join(instance.logs, 'nginx.log'),
      stopSignal: 'SIGQUIT' as const,
      graceMs: 5000,
    };
    const url = `http://127.0.0.1:${ports.nginx}`;
    await startServer(
      supervisor,
      spec,
      STAGE.nginx,
      async () => (await fetch(`${url}/healthz`)).ok,
    );
    return url;
  });
}
