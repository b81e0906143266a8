import { createFunction } from '@movie-rental/function-kit';
import { open } from './wiring.ts';

/** The bundler puts it beside this file's bundle. */
const passwordWorker = new URL('./passwords.worker.mjs', import.meta.url);

const fn = createFunction({
  name: 'auth-login',
  open: (logger) => open(passwordWorker, logger),
});

export default fn.handle;
export const { init, close } = fn;
export const body = 'raw';
