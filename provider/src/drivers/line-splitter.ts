import { StringDecoder } from 'node:string_decoder';

const NEWLINE = 0x0a;
/** A longer line is passed on in pieces: what never ends a line must not fill the memory. */
export const LONGEST_LINE_BYTES = 65_536;

/** Makes lines of UTF-8 text that comes in pieces, however they are cut. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder();
  #line = '';
  /** Of the line so far. */
  #bytes = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(piece: Buffer): void {
    for (let from = 0; from < piece.length; ) {
      const newline = piece.indexOf(NEWLINE, from);
      const end = newline < 0 ? piece.length : newline;
      const room = LONGEST_LINE_BYTES - this.#bytes;
      const isTooLong = end - from > room;
      const taken = piece.subarray(from, isTooLong ? from + room : end);
      this.#line += this.#decoder.write(taken);
      this.#bytes += taken.length;
      if (isTooLong || newline >= 0) this.#pass();
      from = isTooLong ? from + room : end + 1;
    }
  }

  /** Nothing follows: a line that has begun is a whole one. */
  end(): void {
    this.#line += this.#decoder.end();
    if (this.#line !== '') this.#pass();
  }

  #pass(): void {
    const line = this.#line;
    this.#line = '';
    this.#bytes = 0;
    this.#onLine(line.replace(/\r$/, ''));
  }
}
