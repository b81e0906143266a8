export type { Value } from './connections.ts';
export {
  allOf,
  type Condition,
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Sql,
  type Transaction,
  withDatabase,
} from './database.ts';
export { isDuplicate, isLockNotAvailable, isUnavailable } from './errors.ts';
export { migrate } from './migrate.ts';
export { appendEvents, type FormerEvent, type NewEvent, restoreEvent } from './outbox.ts';
