/** What the configuration's template needs to know. */
export type NginxSettings = {
  /** Address and port to listen on. */
  readonly listen: string;
  /** The gateways' addresses, `host:port` each. */
  readonly gateways: readonly string[];
  /** A folder with a folder `logs` in it, for its pid, its log and its temporary files. */
  readonly prefix: string;
  /** How many worker processes: a number or `auto`. */
  readonly workers: string;
};

/** After one failed attempt a gateway is left alone for two seconds, so that the others answer. */
function serverLines(gateways: readonly string[]): string {
  return gateways.map((gateway) => `server ${gateway} max_fails=1 fail_timeout=2s;`).join('\n    ');
}

/**
 * Fills in the `${NAME}` of a template of Nginx' configuration; Nginx' own variables (`$name`) stay.
 *
 * @throws Error that names what the template asks for and nobody gives
 */
export function renderNginx(template: string, settings: NginxSettings): string {
  const prefix = settings.prefix.replaceAll(/[\s;{}"'\\]/g, '\\$&');
  const values: Record<string, string> = {
    NGINX_LISTEN: settings.listen,
    GATEWAY_SERVERS: serverLines(settings.gateways),
    NGINX_PREFIX: prefix,
    NGINX_ACCESS_LOG: `${prefix}/logs/access.log`,
    NGINX_WORKER_PROCESSES: settings.workers,
  };
  return template.replaceAll(/\$\{(\w+)\}/g, (_match, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`nginx.conf.template asks for an unknown ${name}`);
    return value;
  });
}
