/** What a placeholder may stand for. Objects are refused by type: they would become SQL. */
export type Value = string | number | bigint | boolean | Date | Buffer | null | readonly Value[];

export interface Sql {
  /** All rows of a SELECT. Times arrive as Date, BIGINTs as numbers where they fit. */
  rows<Row>(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** The first row, or undefined. */
  first<Row>(sql: string, values?: readonly Value[]): Promise<Row | undefined>;
  /** A statement that writes. */
  run(sql: string, values?: readonly Value[]): Promise<{ affectedRows: number; insertId: number }>;
}

/** Executes one statement and gives what the server answers: rows, or what a write did. */
export type Execute = (sql: string, values: readonly Value[]) => Promise<unknown>;

export function sqlBy(execute: Execute): Sql {
  const rows = async <Row>(sql: string, values: readonly Value[] = []) =>
    (await execute(sql, values)) as Row[];
  return {
    rows,
    first: async <Row>(sql: string, values?: readonly Value[]) => (await rows<Row>(sql, values))[0],
    run: async (sql, values = []) => {
      const result = (await execute(sql, values)) as { affectedRows: number; insertId: number };
      return { affectedRows: result.affectedRows, insertId: result.insertId };
    },
  };
}
