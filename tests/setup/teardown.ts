import { removeTestSystem } from './system.ts';

/** Runs after the reporters. */
export default () => removeTestSystem(process.env.TESTS_FAILED === '1');
