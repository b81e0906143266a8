import { styleText } from 'node:util';

export type Report = ReturnType<typeof openReport>;

/** Reports a tour: on a terminal with colours and what is being done, in plain lines elsewhere. */
export function openReport(output: { isTTY?: boolean; write(text: string): unknown }) {
  const coloured = output.isTTY && !process.env.NO_COLOR;
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    coloured ? styleText(format, text, { validateStream: false }) : text;
  const say = (line: string) => void output.write(`${line}\n`);
  const timed = (text: string, ms: number) =>
    text.padEnd(64) + style('dim', `${Math.round(ms)} ms`.padStart(9));
  const live = (text: string) => output.isTTY && output.write(text);
  return {
    heading: (text: string) => say(`\n${style('bold', text)}\n`),
    note: (text: string) => say(style('dim', `      ${text}`)),
    hop: (text: string, ms: number) => say(`    ${timed(`  ${text}`, ms)}`),
    failure: (text: string, lookAt: string) =>
      say(`  ${style('red', '✗')} ${text}\n      Look at: ${lookAt}\n`),
    /** Does something, and says what was done in how many milliseconds. */
    async step<T>(doing: string, work: () => Promise<T>, done: string | ((result: T) => string)) {
      live(style('dim', `  … ${doing}`));
      const started = performance.now();
      const result = await work().finally(() => live('\r\u001b[K'));
      const text = typeof done === 'string' ? done : done(result);
      say(`  ${style('green', '✓')} ${timed(text, performance.now() - started)}`);
      return result;
    },
  };
}
