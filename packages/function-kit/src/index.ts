export { type Caller, verifyAccessToken } from './access-token.ts';
export { createFunction, type FunctionDefinition } from './create-function.ts';
export {
  conflict,
  forbidden,
  HttpError,
  invalid,
  invalidQuery,
  notFound,
  tooManyRequests,
  unauthorized,
  unavailable,
} from './http-error.ts';
export { decodeCursor, encodeCursor, nextPageLink } from './paging.ts';
export { pathId } from './path-id.ts';
export type { Access, Reply, Request, Route } from './route.ts';
export { route } from './route.ts';
