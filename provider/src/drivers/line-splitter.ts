import { StringDecoder } from 'node:string_decoder';

const NEWLINE = 0x0a;
/** Longer lines are passed on in pieces, so that an endless line cannot fill the memory. */
export const LONGEST_LINE_BYTES = 65_536;

/** Splits UTF-8 text that arrives in pieces into lines. */
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

  /** The end of input also ends the last line. */
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
