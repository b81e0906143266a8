import type { Socket } from 'node:net';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import type { Logger } from '../index.ts';
import { ensureRabbitTopology } from './rabbit-topology.ts';

/** A connection with one confirm channel, on a broker whose topology is in place. */
export interface RabbitSession {
  channel: ConfirmChannel;
  /** Aborts when channel or connection is gone; both are of no use then. */
  gone: AbortSignal;
  close(): Promise<void>;
}

interface RabbitOptions {
  url: string;
  /** Shown in the broker's list of connections. */
  clientId: string;
  logger: Logger;
}

const CONNECT_TIMEOUT_MS = 5_000;
const HEARTBEAT_SECONDS = 10;
/** A broker that is gone does not answer a good-bye, and amqplib waits for it without end. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Connects once; a caller that needs a lasting connection opens another when this one is gone. */
export async function openRabbitSession(options: RabbitOptions): Promise<RabbitSession> {
  const connection = await connect(withHeartbeat(options.url), {
    timeout: CONNECT_TIMEOUT_MS,
    clientProperties: { connection_name: options.clientId },
  });
  const over = new AbortController();
  watch(connection, over, options.logger);
  try {
    const channel = await connection.createConfirmChannel();
    watch(channel, over, options.logger);
    await ensureRabbitTopology(channel);
    return { channel, gone: over.signal, close: () => close(connection, channel) };
  } catch (error) {
    await close(connection);
    throw error;
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) {
    parsed.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  }
  return parsed.href;
}

function watch(emitter: ChannelModel | ConfirmChannel, over: AbortController, logger: Logger) {
  emitter.on('error', (error: Error) => logger.warn({ err: error }, 'RabbitMQ closes'));
  emitter.on('close', () => over.abort());
}

/**
 * The channel goes first: its last acknowledgements wait in it, and the connection's good-bye would
 * overtake them.
 */
async function close(connection: ChannelModel, channel?: ConfirmChannel): Promise<void> {
  const { stream } = connection.connection as unknown as { stream: Socket };
  if (stream.destroyed) return;
  const closed = new Promise((resolve) => stream.once('close', resolve));
  // Without an error, amqplib would not notice and keep its timers.
  const destroy = () => stream.destroy(new Error('RabbitMQ does not answer'));
  const timer = setTimeout(destroy, CLOSE_TIMEOUT_MS);
  const sayGoodBye = async () => {
    await channel?.close().catch(() => {});
    await connection.close();
  };
  sayGoodBye().catch(destroy);
  await closed;
  clearTimeout(timer);
}
