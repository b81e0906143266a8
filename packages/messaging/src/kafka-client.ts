import type { Logger } from '@movie-rental/connector-kit';
import { Kafka, type LogEntry, logLevel } from 'kafkajs';

interface KafkaClientOptions {
  /** `host:port` each. */
  brokers: readonly string[];
  clientId: string;
  logger: Logger;
}

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * A client that tries everything once: its callers try again, without end, and know when to stop.
 */
export function createKafka({ brokers, clientId, logger }: KafkaClientOptions): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { retries: 0 },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => write(logger, entry),
  });
}

/** What kafkajs calls an error is mostly a broker that is away, which is waited for. */
function write(logger: Logger, { level, namespace, log }: LogEntry): void {
  const { message, timestamp: _, logger: __, ...details } = log;
  const line = { from: `kafkajs ${namespace}`, ...details };
  if (level === logLevel.ERROR) logger.warn(line, message);
  else if (level === logLevel.WARN) logger.info(line, message);
  else logger.debug(line, message);
}
