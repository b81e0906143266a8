import { NAMESPACE } from '../names.ts';

/** Which function is asked, and what for. */
export interface Target {
  readonly name: string;
  /** What follows the function's name, with the query, as it was received; begins with `/`. */
  readonly path: string;
}

const INVOCATION = /^\/function\/([^/?]+)([^?]*)(.*)$/;
const SUFFIX = `.${NAMESPACE}`;

/**
 * Takes a request target `/function/NAME[.openfaas-fn][/path][?query]` apart. Percent-encoding
 * stays untouched: what `%2F` means in a path is the function's to say.
 */
export function parseTarget(url: string): Target | undefined {
  const match = INVOCATION.exec(url);
  if (!match) return undefined;
  const [, name = '', path = '', query = ''] = match;
  return {
    name: name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name,
    path: (path || '/') + query,
  };
}
