import { expect, test } from '@jest/globals';
import { parseTarget } from './invoke.ts';

test.each([
  ['/function/a', 'a', '/'],
  ['/function/a/', 'a', '/'],
  ['/function/a.openfaas-fn', 'a', '/'],
  ['/function/a.openfaas-fn/b/c', 'a', '/b/c'],
  ['/function/a?x=/y', 'a', '/?x=/y'],
  ['/function/a/b?x=?', 'a', '/b?x=?'],
  ['/function/a/%2F%zz//..', 'a', '/%2F%zz//..'],
  ['/function/a.other/b', 'a.other', '/b'],
])('%s is the function %s and the path %s', (url, name, path) => {
  expect(parseTarget(url)).toEqual({ name, path });
});

test.each(['/function/', '/function/?x', '/functions/a', '/'])('%s is no invocation', (url) => {
  expect(parseTarget(url)).toBeUndefined();
});
