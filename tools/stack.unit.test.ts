import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { builtFunctions, readStack, substitute } from './stack.ts';

const stackFile = fileURLToPath(new URL('../stack.yml', import.meta.url));

const variable = (inside: string) => `\${${inside}}`;

test.each([
  ['A', 'x'],
  ['A:-d', 'x'],
  ['B:-d', 'd'],
  ['B', ''],
  ['EMPTY:-d', 'd'],
])('the variable %s becomes "%s"', (inside, expected) => {
  const text = `a$b${variable(inside)}c`;
  expect(substitute(text, { A: 'x', EMPTY: '' })).toBe(`a$b${expected}c`);
});

test('the prefix and the tag of images come from the environment', () => {
  const images = (env: NodeJS.ProcessEnv) =>
    builtFunctions(readStack(stackFile, env)).map(({ image }) => image);
  expect(images({})).toContain('movie-rental/auth-login:latest');
  expect(images({ IMAGE_PREFIX: 'r.example/', IMAGE_TAG: '2' })).toContain(
    'r.example/auth-login:2',
  );
});
