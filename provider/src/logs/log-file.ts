import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const LARGEST_FILE_BYTES = 10 * 1_048_576;

/** A file that lines are added to; when it has grown large, it becomes `<file>.1`. */
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
