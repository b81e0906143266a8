import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDuration } from './duration.ts';

/** How a function's server behaves, by the watchdog's names. Times are milliseconds. */
export interface Config {
  /** The address to listen at; undefined: all of them. */
  readonly host: string | undefined;
  readonly port: number;
  readonly metricsPort: number;
  /** How long a request may take to arrive; 0: forever. */
  readonly readTimeout: number;
  /** How long an answer may take to be written, and how long a drain waits; 0: forever. */
  readonly writeTimeout: number;
  /** How long a handler may take to answer; 0: forever. */
  readonly execTimeout: number;
  /** How long to go on serving after SIGTERM, until routing has caught up. */
  readonly healthcheckInterval: number;
  /** More requests at a time than this are answered 429; 0: no limit. */
  readonly maxInflight: number;
  /** Longer bodies are answered 413, except in `stream` mode. */
  readonly maxBodyBytes: number;
  /** The handler's own path that `/_/ready` asks once the function has started. */
  readonly readyPath: string | undefined;
  /** Whether each request is logged, with its call id. */
  readonly logCallId: boolean;
  /** A file that exists while the function is ready; undefined: none is written. */
  readonly lockFile: string | undefined;
}

/**
 * Reads the configuration that operators set on any function, with the watchdog's defaults.
 * @throws Error listing every fault, one per line.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const read = <T>(name: string, fallback: string, parse: (text: string) => T): T => {
    try {
      return parse(env[name] || fallback);
    } catch (error) {
      faults.push(`  ${name}: ${(error as Error).message}`);
      return parse(fallback);
    }
  };
  const writeTimeout = read('write_timeout', '10s', parseDuration);
  const config: Config = {
    host: env.host || undefined,
    port: read('port', '8080', parsePort),
    metricsPort: read('metrics_port', '8081', parsePort),
    readTimeout: read('read_timeout', '10s', parseDuration),
    writeTimeout,
    execTimeout: read('exec_timeout', '10s', parseDuration),
    healthcheckInterval: env.healthcheck_interval
      ? read('healthcheck_interval', '10s', parseDuration)
      : writeTimeout,
    maxInflight: read('max_inflight', '0', parseCount),
    maxBodyBytes: read('max_body_bytes', '1048576', parseCount),
    readyPath: env.ready_path?.replace(/^(?=[^/])/, '/'),
    logCallId: read('log_callid', 'false', parseFlag),
    lockFile: read('suppress_lock', 'false', parseFlag) ? undefined : join(tmpdir(), '.lock'),
  };
  // These two have already taken effect; here they are only validated.
  read('prefix_logs', 'false', parseFlag);
  read('log_buffer_size', '65536', parseCount);
  if (faults.length > 0) throw new Error(`The configuration is wrong:\n${faults.join('\n')}`);
  return config;
}

/** A whole number from 0 on. @throws RangeError for anything else. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new RangeError(`"${text}" is not a whole number`);
  }
  return count;
}

/** A port's number; 0 is any free one. @throws RangeError for anything else. */
export function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new RangeError(`"${text}" is not a port`);
  return port;
}

/** A boolean. @throws RangeError for anything else. */
export function parseFlag(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new RangeError(`"${text}" is neither true nor false`);
}
