import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import {
  childSignal,
  type Logger,
  pause,
  retryForever,
  Stopped,
  settledOrAborted,
} from '../index.ts';
import { ensureMoviesTopic } from './kafka-topology.ts';

/** A record as it arrives; `value` is null for a tombstone. */
export type KafkaRecord = Pick<KafkaMessage, 'headers' | 'key' | 'offset' | 'value'>;

export interface KafkaConsumerOptions {
  kafka: Kafka;
  topic: string;
  groupId: string;
  logger: Logger;
  signal: AbortSignal;
  /**
   * Handles some records of one partition, in their order. Once it resolves they are committed;
   * until then nothing after them is. The signal aborts when the work is no longer this process's.
   */
  handle(records: readonly KafkaRecord[], signal: AbortSignal, partition: number): Promise<void>;
  /** Called when the group has taken this consumer in, and when it is out again. */
  onJoined?: (joined: boolean) => void;
  /** How far behind the end of a partition the consumer is, in messages. */
  onLag?: (partition: number, lag: number) => void;
}

const CHUNK = 100;
/** How long a consumer that was killed keeps its partitions; brokers take no less by default. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 1_500;
const MAX_FETCH_WAIT_MS = 100;
/** For what passes while a group settles; what lasts longer gets a new consumer. */
const RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 };

/**
 * Consumes a topic until the signal aborts, with one consumer after another: kafkajs gives up on
 * some failures for good. A group that has committed nothing begins at the beginning. It resolves
 * once the work in hand is done and committed, and the group was left.
 */
export async function consumeTopic(options: KafkaConsumerOptions): Promise<void> {
  const { signal, logger } = options;
  const consumeOnce = async () => {
    await runConsumer(options);
    if (!signal.aborted) throw new Error('The consumer ended');
  };
  await retryForever(consumeOnce, { what: 'consuming from Kafka', signal, logger }).catch(
    (error) => {
      if (!signal.aborted) throw error;
    },
  );
}

async function runConsumer(options: KafkaConsumerOptions): Promise<void> {
  const { kafka, topic, signal } = options;
  await ensureMoviesTopic(kafka, topic);
  const consumer = kafka.consumer({
    groupId: options.groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: MAX_FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    retry: { ...RETRY, restartOnFailure: async () => false },
  });
  try {
    const crashed = crashOf(consumer);
    consumer.on(consumer.events.GROUP_JOIN, () => options.onJoined?.(true));
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      eachBatch: (batch) => handleBatch(batch, options),
    });
    await settledOrAborted(crashed, signal);
  } finally {
    options.onJoined?.(false);
    await consumer.disconnect();
  }
}

function crashOf(consumer: Consumer): Promise<never> {
  const crashed = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  crashed.catch(() => {});
  return crashed;
}

async function handleBatch(payload: EachBatchPayload, options: KafkaConsumerOptions) {
  const { batch, resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets } = payload;
  const mayGoOn = () => payload.isRunning() && !payload.isStale() && !options.signal.aborted;
  for (let start = 0; start < batch.messages.length && mayGoOn(); start += CHUNK) {
    const chunk = batch.messages.slice(start, start + CHUNK);
    const last = chunk.at(-1) as KafkaMessage;
    options.onLag?.(batch.partition, behind(batch.highWatermark, last.offset) + chunk.length);
    const done = await withHeartbeats(payload, options, chunk);
    if (!done) return;
    resolveOffset(last.offset);
    await commitOffsetsIfNecessary(uncommittedOffsets());
    options.onLag?.(batch.partition, behind(batch.highWatermark, last.offset));
  }
}

function behind(highWatermark: string, offset: string): number {
  return Number(BigInt(highWatermark) - BigInt(offset) - 1n);
}

/**
 * Keeps this consumer in its group while work goes on, which may be waiting for a server for hours.
 * When the group lets it go, the work is told to end.
 *
 * @returns false if the work was given up because the process stops.
 * @throws what the group said when it let this consumer go, or what the work threw.
 */
async function withHeartbeats(
  { heartbeat, batch }: EachBatchPayload,
  { handle, signal }: KafkaConsumerOptions,
  messages: readonly KafkaMessage[],
): Promise<boolean> {
  const work = childSignal(signal);
  const done = new AbortController();
  const beating = beat(heartbeat, done.signal);
  let letGo = false;
  beating.catch(() => {
    letGo = true;
    work.abort();
  });
  try {
    await handle(messages, work.signal, batch.partition);
    return true;
  } catch (error) {
    if (letGo) await beating;
    if (error instanceof Stopped && signal.aborted) return false;
    throw error;
  } finally {
    work.release();
    done.abort();
  }
}

async function beat(heartbeat: () => Promise<void>, done: AbortSignal): Promise<void> {
  for (;;) {
    await pause(HEARTBEAT_MS, done);
    if (done.aborted) return;
    await heartbeat();
  }
}
