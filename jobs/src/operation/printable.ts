/** Text from elsewhere for a terminal: control characters are shown instead of obeyed. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}

/** The same as one line. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '));
}

/** Lines with their cells in columns; the last one is as wide as it is. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number) =>
    Math.max(...rows.map((row) => (column < row.length - 1 ? (row[column]?.length ?? 0) : 0)));
  const widths = (rows[0] ?? []).map((_, column) => widthOf(column));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
