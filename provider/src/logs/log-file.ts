import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

const LARGEST_FILE_BYTES = 10 * 1_048_576;

/** A file of lines; a large one is rotated to `<file>.1`. */
export class LogFile {
  readonly #path: string;
  #stream: WriteStream;
  #size: number;

  constructor(path: string) {
    this.#path = path;
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  append(line: string): void {
    if (this.#size > LARGEST_FILE_BYTES) this.#rotate();
    this.#size += Buffer.byteLength(line);
    this.#stream.write(line);
  }

  /** The time of a replica's last line; undefined if it has written none. */
  async lastTime(instance: string): Promise<string | undefined> {
    for (const path of [this.#path, `${this.#path}.1`]) {
      const text = await readFile(path, 'utf8').catch(() => '');
      const lines = text.split('\n').map((line) => line.split(' ', 2));
      const last = lines.findLast(([, writer]) => writer === instance);
      if (last) return last[0];
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch(() => {});
  }

  #rotate(): void {
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.1`);
    this.#stream = this.#open();
    this.#size = 0;
  }

  /** A full disk loses log lines, not the functions that write them. */
  #open(): WriteStream {
    return createWriteStream(this.#path, { flags: 'a', mode: 0o600 }).on('error', () => {});
  }
}
