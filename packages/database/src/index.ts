export { type Database, openDatabase, type Sql, type Transaction, type Value } from './database.ts';
export { isDuplicate, isLockNotAvailable, isUnavailable } from './errors.ts';
export { migrate } from './migrate.ts';
export { appendEvent, type NewEvent } from './outbox.ts';
