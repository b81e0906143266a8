import { styleText } from 'node:util';

const TEXT_WIDTH = 64;
const DURATION_WIDTH = 9;

/** A terminal or a file, as far as the report needs one. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

type Style = Parameters<typeof styleText>[0];

export interface Report {
  /** A line of its own, set apart. */
  heading(text: string): void;
  /** Further facts of the step before. */
  note(text: string): void;
  /** Does something, and says what was done in how many milliseconds. */
  step<T>(doing: string, work: () => Promise<T>, done: (result: T) => string): Promise<T>;
  /** One stage of an event's way, with its milliseconds. */
  hop(text: string, milliseconds: number): void;
  /** What went wrong, and which command shows more. */
  failure(text: string, lookAt: string): void;
}

/** Reports a tour: with colours and what is being done on a terminal, in plain lines elsewhere. */
export function openReport(output: Output): Report {
  const style = (format: Style, text: string) =>
    output.isTTY && !process.env.NO_COLOR
      ? styleText(format, text, { validateStream: false })
      : text;
  const say = (line: string) => output.write(`${line}\n`);
  const timed = (text: string, milliseconds: number) =>
    `${text.padEnd(TEXT_WIDTH)}${style('dim', formatDuration(milliseconds))}`;
  const pending = (doing: string) => output.isTTY && output.write(style('dim', `  … ${doing}`));
  const clear = () => output.isTTY && output.write('\r\u001b[K');
  return {
    heading: (text) => say(`\n${style('bold', text)}\n`),
    note: (text) => say(style('dim', `      ${text}`)),
    hop: (text, milliseconds) => say(`    ${timed(`  ${text}`, milliseconds)}`),
    failure: (text, lookAt) => say(`  ${style('red', '✗')} ${text}\n      Look at: ${lookAt}\n`),
    async step(doing, work, done) {
      pending(doing);
      const started = performance.now();
      try {
        const result = await work();
        clear();
        say(`  ${style('green', '✓')} ${timed(done(result), performance.now() - started)}`);
        return result;
      } catch (error) {
        clear();
        throw error;
      }
    },
  };
}

function formatDuration(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`.padStart(DURATION_WIDTH);
}
