import { createFunction } from '@movie-rental/function-kit';
import { open } from './wiring.ts';

const fn = createFunction({ name: 'movie-crud', open });

export default fn.handle;
export const { init, close } = fn;
export const body = 'raw';
