import { createDatabaseFunction } from '@movie-rental/function-kit';
import { routes } from './routes.ts';

const fn = createDatabaseFunction('movie-crud', routes);

export default fn.handle;
export const { init, close } = fn;
export const body = 'raw';
