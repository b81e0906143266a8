import { ConfigError, redact } from '@movie-rental/runtime/config';
import { createLogger, type Logger } from '@movie-rental/runtime/logger';
import { openTracer, type Tracer } from '@movie-rental/runtime/tracing';
import { createHealth, type Health } from './health.ts';
import { startHealthServer } from './health-server.ts';
import type { CommonConfig } from './settings.ts';

export interface ConnectorContext<Config> {
  config: Config;
  logger: Logger;
  /** Aborts on SIGTERM and SIGINT: stop fetching, finish what is in flight, close, return. */
  signal: AbortSignal;
}

export interface ConnectorDefinition<Config> {
  name: string;
  /** @throws ConfigError with every fault. */
  readConfig(): Config;
  /** Settings that no log may show. */
  secrets: readonly (keyof Config & string)[];
  /** Runs for as long as the process shall; resolves once it has drained. */
  run(context: ConnectorContext<Config> & { health: Health; tracer: Tracer }): Promise<void>;
}

/** As sysexits.h has it: starting again will not help. */
const EXIT_CONFIG = 78;
/** A drain that takes longer is cut short: what was not acknowledged will be delivered again. */
const MAX_DRAIN_MS = 25_000;

/**
 * Runs a connector as this process: configuration, log, health, signals, exit code. It exits with 0
 * after a drain, with 78 where the configuration is wrong, with 1 where something else is.
 */
export async function runConnector<Config extends CommonConfig>(
  definition: ConnectorDefinition<Config>,
): Promise<never> {
  const config = configOrExit(definition);
  const logger = createLogger(definition.name, config.LOG_LEVEL);
  logger.info({ config: redact(config, definition.secrets) }, 'starting');
  const fail = (error: unknown): never => {
    logger.fatal({ err: error }, 'failed');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  logWarnings(logger);
  const signal = stopSignal(logger);
  const health = createHealth(signal);
  const closeHealthServer = await startHealthServer(config, health).catch(fail);
  const { OTEL_EXPORTER_OTLP_ENDPOINT } = config;
  const tracer = await openTracer(definition.name, { OTEL_EXPORTER_OTLP_ENDPOINT }).catch(fail);
  await definition.run({ config, logger, signal, health, tracer }).catch(fail);
  closeHealthServer();
  await tracer.close();
  logger.info('stopped');
  process.exit(0);
}

/** The configuration of this process; where it is wrong, the faults are told and the process ends. */
export function configOrExit<Config>({
  readConfig,
}: Pick<ConnectorDefinition<Config>, 'readConfig'>): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

/** Aborts on SIGTERM and SIGINT; where the process then takes too long, it is ended. */
export function stopSignal(logger: Logger): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return;
    logger.info({ signal: name }, 'stopping');
    controller.abort();
    const cutShort = () => {
      logger.error('the drain took too long');
      process.exit(1);
    };
    setTimeout(cutShort, MAX_DRAIN_MS).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return controller.signal;
}

/** kafkajs hands negative delays to setTimeout, which does no harm and fills the log. */
const HARMLESS = 'TimeoutNegativeWarning';

function logWarnings(logger: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== HARMLESS) logger.warn({ err: warning }, 'Node warns');
  });
}
