import { isIP } from 'node:net';
import { z } from 'zod';

const commaList = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ''));

/** A host's name or address (IPv6 in brackets), and a port: nothing that could end Nginx' directive. */
const HOST_AND_PORT = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/;

/** A comma-separated list of gateways, `host:port` each; a leading `http://` is dropped. */
export const Gateways = commaList
  .transform((items) => items.map((item) => item.replace(/^http:\/\/([^/]*)\/?$/, '$1')))
  .pipe(z.array(z.string().regex(HOST_AND_PORT, 'is not a list like host:port,host:port')).min(1));

/** A comma-separated list of addresses or CIDR ranges: nothing that could end Nginx' directive. */
export const TrustedProxies = commaList.pipe(
  z.array(z.string().refine(isRange, 'is not a list like 10.0.0.0/8,192.168.1.7')).min(1),
);

function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** What the configuration's template needs to know. */
export type NginxSettings = {
  /** Address and port to listen on. */
  readonly listen: string;
  /** The gateways' addresses, `host:port` each. */
  readonly gateways: readonly string[];
  /** Addresses, or ranges of them (CIDR), of proxies that are trusted to name the client. */
  readonly trustedProxies: readonly string[];
  /** How many worker processes: a number or `auto`. */
  readonly workers: string;
};

/** After one failed attempt a gateway is left alone for two seconds, so that the others answer. */
function serverLines(gateways: readonly string[]): string {
  return gateways.map((gateway) => `server ${gateway} max_fails=1 fail_timeout=2s;`).join('\n    ');
}

function trustLines(proxies: readonly string[]): string {
  return proxies.map((proxy) => `set_real_ip_from ${proxy};`).join('\n    ');
}

/**
 * Nginx' own prefix (`-p`), which has a folder `logs` in it: a path of this machine may have spaces, which
 * no escape lets an unquoted word of the configuration have.
 */
const PREFIX = '.';

/**
 * Fills in the `${NAME}` of a template of Nginx' configuration; Nginx' own variables (`$name`) stay.
 *
 * @throws Error that names what the template asks for but no setting provides
 */
export function renderNginx(template: string, settings: NginxSettings): string {
  const values: Record<string, string> = {
    NGINX_LISTEN: settings.listen,
    GATEWAY_SERVERS: serverLines(settings.gateways),
    TRUSTED_PROXIES: trustLines(settings.trustedProxies),
    NGINX_PREFIX: PREFIX,
    NGINX_ACCESS_LOG: `${PREFIX}/logs/access.log`,
    NGINX_WORKER_PROCESSES: settings.workers,
  };
  return template.replaceAll(/\$\{(\w+)\}/g, (_match, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nginx.conf.template asks for an unknown ${name}`);
    return value;
  });
}
