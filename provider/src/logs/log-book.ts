import { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NAMESPACE } from '../names.ts';
import { LogFile } from './log-file.ts';

const REMEMBERED_LINES = 1_000;

/** One line of a function's output, as `/system/logs` shows it. */
export interface LogLine {
  readonly name: string;
  readonly namespace: string;
  /** The replica that wrote it. */
  readonly instance: string;
  readonly timestamp: string;
  readonly text: string;
}

/** Which lines to show. */
export interface LogQuery {
  readonly name: string;
  readonly instance?: string | undefined;
  /** Nothing older than this. */
  readonly since?: Date | undefined;
  /** Only the last lines, this many. */
  readonly tail?: number | undefined;
}

/** What functions wrote: the newest lines in memory, more of them in a file for each function. */
export class LogBook {
  readonly #folder: string;
  readonly #lines = new Map<string, LogLine[]>();
  readonly #files = new Map<string, LogFile>();
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<LogBook> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new LogBook(folder);
  }

  /** @param timestamp when it was written; RFC 3339, UTC. */
  append(name: string, instance: string, text: string, timestamp = new Date().toISOString()): void {
    const line: LogLine = { name, namespace: NAMESPACE, instance, timestamp, text };
    const lines = this.#lines.get(name) ?? [];
    lines.push(line);
    if (lines.length > 2 * REMEMBERED_LINES) lines.splice(0, REMEMBERED_LINES);
    this.#lines.set(name, lines);
    this.#file(name).append(`${timestamp} ${instance} ${text}\n`);
    this.#emitter.emit('line', line);
  }

  read(query: LogQuery): LogLine[] {
    const { name, since, tail = REMEMBERED_LINES } = query;
    const lines = (this.#lines.get(name) ?? []).filter(
      (line) => concerns(query, line) && (!since || new Date(line.timestamp) >= since),
    );
    return lines.slice(Math.max(0, lines.length - tail));
  }

  /** When a replica wrote its last line, even if an earlier provider recorded it. */
  async lastAt(name: string, instance: string): Promise<string | undefined> {
    return this.#file(name).lastTime(instance);
  }

  /** Calls `onLine` with each new line that matches a query. Returns a function that stops it. */
  follow(query: LogQuery, onLine: (line: LogLine) => void): () => void {
    const listener = (line: LogLine) => {
      if (concerns(query, line)) onLine(line);
    };
    this.#emitter.on('line', listener);
    return () => this.#emitter.off('line', listener);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }

  #file(name: string): LogFile {
    const file = this.#files.get(name) ?? new LogFile(join(this.#folder, `${name}.log`));
    this.#files.set(name, file);
    return file;
  }
}

function concerns({ name, instance }: LogQuery, line: LogLine): boolean {
  return line.name === name && (!instance || line.instance === instance);
}
