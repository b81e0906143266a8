import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readConfig } from './config.ts';

const before = process.env;
beforeEach(() => {
  process.env = { MYSQL_URL: 'mysql://u:p@h/d', KAFKA_BROKERS: 'h:1', secret_mount_path: '/none' };
});
afterEach(() => {
  process.env = before;
});

test.each([
  [{}, 'movies', 'kafka-bridge'],
  [{ MOVIES_TOPIC: 'films' }, 'films', 'kafka-bridge-films'],
  [{ MOVIES_TOPIC: 'films', KAFKA_GROUP_ID: 'mine' }, 'films', 'mine'],
])('with %p it reads %s as the group %s', (settings, topic, group) => {
  Object.assign(process.env, settings);
  expect(readConfig()).toMatchObject({ MOVIES_TOPIC: topic, KAFKA_GROUP_ID: group });
});
