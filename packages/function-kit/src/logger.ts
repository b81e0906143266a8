import pino, { type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** JSON lines on stdout, of the level that LOG_LEVEL names. */
export function createLogger(name: string): Logger {
  return pino({ name, level: process.env.LOG_LEVEL || 'info', base: { name } });
}
