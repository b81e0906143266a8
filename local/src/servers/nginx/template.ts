/** What the configuration's template needs to know. */
export type NginxSettings = {
  /** Address and port to listen on. */
  readonly listen: string;
  /** The gateways' addresses, `host:port` each. */
  readonly gateways: readonly string[];
  /** Addresses, or ranges of them (CIDR), of proxies whose word on the client is believed. */
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
 * @throws Error that names what the template asks for and nobody gives
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
