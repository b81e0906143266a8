import { startTestStack } from './system.ts';

export default startTestStack;
