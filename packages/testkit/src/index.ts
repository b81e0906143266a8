export { eventually } from './eventually.ts';
export { kafkaBrokers, testTopic } from './kafka.ts';
export { type CalledFunction, type FunctionReply, openFunction } from './open-function.ts';
export { type TestVhost, testVhost } from './rabbitmq.ts';
export { testServers } from './servers.ts';
export { type Endpoints, testStack } from './stack.ts';
export { type TestDatabase, testDatabase } from './test-database.ts';
export { accessToken, testPrivateKey, testPublicKeys } from './tokens.ts';
export { type CollectedSpan, type TraceCollector, traceCollector } from './trace-collector.ts';
