import { startTestServers } from './system.ts';

export default startTestServers;
