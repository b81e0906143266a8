import { expect, test } from '@jest/globals';
import { readable } from './client.ts';

test('of a problem document, people read the detail and the errors that it does not tell', () => {
  const errors = [
    { path: 'image', message: 'must not be empty' },
    { path: 'labels', message: 'must be an object' },
  ];
  const problem = { status: 400, title: 'Bad Request', detail: 'image: must not be empty', errors };
  expect(readable(JSON.stringify(problem))).toBe(
    'image: must not be empty\n  labels: must be an object',
  );
  expect(readable('{"title":"Conflict","detail":"it is there already"}')).toBe(
    'it is there already',
  );
});

test('any other answer is shown as it is', () => {
  expect(readable(' unauthorized\n')).toBe('unauthorized');
  expect(readable('{"message":"no"}')).toBe('{"message":"no"}');
});
