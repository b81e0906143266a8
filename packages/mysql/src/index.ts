export { allOf, type Condition } from './condition.ts';
export { type Database, type DatabaseOptions, openDatabase, type Transaction } from './database.ts';
export { isDuplicate, isLockNotAvailable, isUnavailable } from './errors.ts';
export { migrate } from './migrate.ts';
export { appendEvents, type FormerEvent, type NewEvent, restoreEvent } from './outbox.ts';
export type { Sql, Value } from './sql.ts';
export { withDatabase } from './with-database.ts';
