/** What was looked at: whether `npm start` can work with it, what was found, and how to mend it. */
export type Check = {
  readonly name: string;
  readonly found: string;
  /** There where `npm start` could not work as it is. */
  readonly mend?: string;
};

/** The checks as the user reads them, a line each, and how to mend below what must be mended. */
export function report(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  return checks
    .map(({ name, found, mend }) => {
      const line = `${mend === undefined ? '✓' : '✗'} ${name.padEnd(width)}${found}`;
      return mend === undefined ? line : `${line}\n${' '.repeat(width + 2)}→ ${mend}`;
    })
    .join('\n');
}
