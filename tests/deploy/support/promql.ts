const KEYWORDS = new Set(['and', 'bool', 'group_left', 'group_right', 'offset', 'or', 'unless']);
const CLAUSE = /\b(by|without|on|ignoring)\s*\([^)]*\)/g;

/** A series that a query asks for, with the values of its label `job` where it is restricted to some. */
export interface Selector {
  name: string;
  jobs: string[];
}

/** What a PromQL query asks for. Variables of Grafana stand for what `variables` says. */
export function selectorsOf(
  query: string,
  variables: Readonly<Record<string, readonly string[]>> = {},
): Selector[] {
  const bare = query.replace(CLAUSE, ' ');
  const names = bare.matchAll(/"[^"]*"|\[[^\]]*\]|([a-zA-Z_:][\w:]*)\s*(\(|\{[^}]*\})?/g);
  return [...names].flatMap(([, name, rest = '']) => {
    if (name === undefined || rest === '(' || KEYWORDS.has(name)) return [];
    const job = rest.match(/\bjob=~?"([^"]*)"/)?.[1];
    return [{ name, jobs: job === undefined ? [] : jobsIn(job, variables) }];
  });
}

function jobsIn(text: string, variables: Readonly<Record<string, readonly string[]>>): string[] {
  return text
    .split('|')
    .flatMap((job) => (job.startsWith('$') ? (variables[job.slice(1)] ?? [job]) : [job]));
}
