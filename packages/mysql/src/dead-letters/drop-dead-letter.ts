import type { Sql } from '../index.ts';

/** Deletes a dead letter for good; false if there is none of this id. */
export async function dropDeadLetter(sql: Pick<Sql, 'run'>, id: number): Promise<boolean> {
  const { affectedRows } = await sql.run('DELETE FROM dead_letter WHERE id = ?', [id]);
  return affectedRows === 1;
}
