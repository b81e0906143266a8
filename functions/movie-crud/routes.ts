import type { Route } from '@movie-rental/function-kit';
import type { Database } from '@movie-rental/mysql';
import { readRoutes } from './read-routes.ts';
import { writeRoutes } from './write-routes.ts';

/** Everything that this function answers to. */
export function routes(database: Database): Route[] {
  return [...readRoutes(database), ...writeRoutes(database)];
}
