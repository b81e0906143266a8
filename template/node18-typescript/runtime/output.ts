/**
 * The process's output: what the runtime logs, and how all output is framed.
 *
 * Takes effect when it is imported, before the handler: `prefix_logs` puts the date, the time and
 * the stream's name before each line of the process's output, as the watchdog does;
 * `log_buffer_size` breaks lines that are longer, in bytes. Without either, nothing is touched.
 */
import { StringDecoder } from 'node:string_decoder';

const DEFAULT_LIMIT = 65_536;

type Write = (chunk: Uint8Array | string, ...rest: unknown[]) => boolean;

/** Splits output into lines of at most `limit` bytes. */
class Lines {
  readonly #limit: number;
  readonly #decoder = new StringDecoder();
  #rest = '';

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The completed lines; the rest waits for more. */
  add(chunk: Uint8Array | string): string[] {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk));
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const parts = this.#parts(this.#rest);
    this.#rest = parts.pop() ?? '';
    return [...lines.flatMap((line) => this.#parts(line)), ...parts];
  }

  /** The incomplete rest. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }

  /** Breaks a line at whole characters; the last part is empty only if the line is. */
  #parts(line: string): string[] {
    const bytes = Buffer.from(line);
    const parts: string[] = [];
    let from = 0;
    while (bytes.length - from > this.#limit) {
      let to = from + this.#limit;
      while (to > from + 1 && ((bytes[to] ?? 0) & 0xc0) === 0x80) to -= 1;
      parts.push(bytes.toString('utf8', from, to));
      from = to;
    }
    return [...parts, bytes.toString('utf8', from)];
  }
}

function takeOver(name: 'stdout' | 'stderr', isPrefixed: boolean, limit: number): void {
  const stream = process[name];
  const write = stream.write.bind(stream) as Write;
  const lines = new Lines(limit);
  const line = (text: string) => `${isPrefixed ? `${now()} ${name}: ` : ''}${text}\n`;
  stream.write = ((chunk: Uint8Array | string, ...rest: unknown[]) => {
    const done = rest.find((argument) => typeof argument === 'function');
    return write(lines.add(chunk).map(line).join(''), ...(done ? [done] : []));
  }) as typeof stream.write;
  process.once('exit', () => write(lines.end().map(line).join('')));
}

/** As Go's log package writes it, in UTC: `2026/01/31 23:59:59`. */
function now(): string {
  return new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

type Level = 'info' | 'warn' | 'error';

/** Writes one JSON line to stderr, where the runtime logs; stdout is the function's own. */
export function log(level: Level, msg: string, fields: Record<string, unknown> = {}): void {
  const line = { level, time: new Date().toISOString(), msg, ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** Logs an error with its stack and the stacks of its causes. */
export function logError(msg: string, error: unknown, fields: Record<string, unknown> = {}): void {
  log('error', msg, { ...fields, err: describe(error) });
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { type: name, message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}

const { prefix_logs: prefix = '', log_buffer_size: size = '' } = process.env;
const isPrefixed = prefix === 'true' || prefix === '1';
if (isPrefixed || Number(size) > 0) {
  for (const name of ['stdout', 'stderr'] as const) {
    takeOver(name, isPrefixed, Number(size) || DEFAULT_LIMIT);
  }
}
