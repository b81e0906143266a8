export { allOf, type Condition } from './condition.ts';
export { type Database, openDatabase, type Sql, type Transaction, type Value } from './database.ts';
export { isDuplicate, isLockNotAvailable, isUnavailable } from './errors.ts';
export { migrate } from './migrate.ts';
export { appendEvents, type FormerEvent, type NewEvent, restoreEvent } from './outbox.ts';
