import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/**
 * JSON lines on stdout unless another destination is given, written before the call returns, so
 * that none is lost at the end.
 */
export function createLogger(
  name: string,
  level = process.env.LOG_LEVEL || 'info',
  destination?: DestinationStream,
): Logger {
  const options = { level, base: { name } };
  return destination ? pino(options, destination) : pino(options);
}
