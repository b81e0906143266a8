/** What was looked at: whether `npm start` can work with it, what was found, and how to fix it. */
export type Check = {
  readonly name: string;
  readonly found: string;
  /** How to fix it; absent if nothing is wrong. */
  readonly fix?: string;
};

/** The checks as the user reads them: one line each, and below what is wrong, how to fix it. */
export function report(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  return checks
    .map(({ name, found, fix }) => {
      const line = `${fix === undefined ? '✓' : '✗'} ${name.padEnd(width)}${found}`;
      return fix === undefined ? line : `${line}\n${' '.repeat(width + 2)}→ ${fix}`;
    })
    .join('\n');
}
