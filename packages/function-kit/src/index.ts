export { verifyAccessToken } from './access-token.ts';
export { createDatabaseFunction, createFunction, mysqlUrl } from './create-function.ts';
export { nextPageLink, type Reply } from './reply.ts';
export { clientAddress, pathId } from './request.ts';
export { MERGE_PATCH, type Route, route } from './route.ts';
