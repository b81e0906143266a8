import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PREFERRED_PORTS } from '../../instance/preferred-ports.ts';
import { ROOT } from '../../paths.ts';
import { cleanEnvironment } from '../../process/environment.ts';
import { STAGE } from '../../process/stages.ts';
import { type Surroundings, startServer, withPorts } from '../server.ts';
import { nginxSoftware } from './software.ts';
import { renderNginx } from './template.ts';

/** Only a master that runs as root changes its workers' user; they must read a folder that is root's alone. */
function directives(): string {
  return process.getuid?.() === 0 ? 'daemon off; user root;' : 'daemon off;';
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
): Promise<string> {
  const { instance, supervisor } = surroundings;
  const { command, env } = await nginxSoftware();
  const prefix = join(instance.generated, 'nginx');
  await mkdir(join(prefix, 'logs'), { recursive: true });
  const template = await readFile(join(ROOT, 'nginx', 'nginx.conf.template'), 'utf8');
  const config = join(prefix, 'nginx.conf');
  return withPorts(surroundings, { nginx: PREFERRED_PORTS.nginx }, async (ports) => {
    const listen = `127.0.0.1:${ports.nginx}`;
    await writeFile(config, renderNginx(template, { listen, gateways, prefix, workers: '1' }));
    const spec = {
      name: 'nginx',
      command: [...command, '-p', prefix, '-c', config, '-g', directives()] as const,
      env: { ...cleanEnvironment(), ...env },
      log: join(instance.logs, 'nginx.log'),
      stopSignal: 'SIGQUIT' as const,
      graceMs: 5000,
    };
    const health = `http://${listen}/healthz`;
    await startServer(supervisor, spec, STAGE.nginx, async () => (await fetch(health)).ok);
    return `http://${listen}`;
  });
}
