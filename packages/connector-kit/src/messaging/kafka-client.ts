import { Kafka, type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import type { Logger } from '../index.ts';

/** Where the brokers are, and what they ask of clients. */
export interface KafkaAccess {
  /** `host:port` each. */
  brokers: readonly string[];
  /** Whether connections are encrypted and the brokers' certificates verified; by default not. */
  tls?: boolean;
  sasl?: SASLOptions;
}

interface KafkaClientOptions extends KafkaAccess {
  clientId: string;
  logger: Logger;
}

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * A client that tries everything once: its callers try again, without end, and know when to stop.
 */
export function createKafka(options: KafkaClientOptions): Kafka {
  const { brokers, tls = false, sasl, clientId, logger } = options;
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ssl: tls,
    ...(sasl && { sasl }),
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
