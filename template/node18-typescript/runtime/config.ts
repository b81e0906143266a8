import { parseDuration } from './duration.ts';

/** How a function's server behaves, by the watchdog's names. Times are milliseconds. */
export interface Config {
  /** The address to listen at; undefined: all of them. */
  readonly host: string | undefined;
  readonly port: number;
  readonly metricsPort: number;
  /** How long a request may take to arrive; 0: for ever. */
  readonly readTimeout: number;
  /** How long an answer may take to be written, and how long a drain waits; 0: for ever. */
  readonly writeTimeout: number;
  /** How long a handler may take to answer; 0: for ever. */
  readonly execTimeout: number;
  /** How long to go on serving after SIGTERM, until routing has caught up. */
  readonly healthcheckInterval: number;
  /** More requests at a time than this are answered 429; 0: no limit. */
  readonly maxInflight: number;
  /** Longer bodies are answered 413, except in `stream` mode. */
  readonly maxBodyBytes: number;
}

/**
 * Reads the configuration that operators set on any function, with the watchdog's defaults.
 * @throws Error that lists every fault, one a line.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const read = (name: string, fallback: string, parse: (text: string) => number): number => {
    try {
      return parse(env[name] || fallback);
    } catch (error) {
      faults.push(`  ${name}: ${(error as Error).message}`);
      return 0;
    }
  };
  const config: Config = {
    host: env.host || undefined,
    port: read('port', '8080', parsePort),
    metricsPort: read('metrics_port', '8081', parsePort),
    readTimeout: read('read_timeout', '10s', parseDuration),
    writeTimeout: read('write_timeout', '10s', parseDuration),
    execTimeout: read('exec_timeout', '10s', parseDuration),
    healthcheckInterval: read('healthcheck_interval', env.write_timeout || '10s', parseDuration),
    maxInflight: read('max_inflight', '0', parseCount),
    maxBodyBytes: read('max_body_bytes', '1048576', parseCount),
  };
  if (faults.length > 0) throw new Error(`The configuration is wrong:\n${faults.join('\n')}`);
  return config;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new RangeError(`"${text}" is not a whole number`);
  }
  return count;
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new RangeError(`"${text}" is not a port`);
  return port;
}
