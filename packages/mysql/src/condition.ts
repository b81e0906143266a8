import type { Value } from './sql.ts';

/** A condition of a WHERE clause with the values of its placeholders. */
export type Condition = readonly [sql: string, ...values: Value[]];

/** The conjunction of conditions; TRUE where there are none. */
export function allOf(conditions: readonly Condition[]): { where: string; values: Value[] } {
  return {
    where: conditions.map(([sql]) => sql).join(' AND ') || 'TRUE',
    values: conditions.flatMap(([, ...values]) => values),
  };
}
