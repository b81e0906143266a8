import { randomBytes } from 'node:crypto';
import { testServers } from './servers.ts';

/** The real broker's addresses. */
export function kafkaBrokers(): string[] {
  return testServers().kafka.brokers.split(',');
}

/** A name for a topic of the test's own. */
export function testTopic(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}
