/**
 * Makes kubernetes.schema.json of what a cluster says of its API, KEDA's kinds included where it has
 * them:
 *
 *   kubectl get --raw /openapi/v2 | node --import tsx tests/deploy/support/trim-openapi.ts 1.34 \
 *     > tests/deploy/support/kubernetes.schema.json
 *
 * It keeps the kinds below with what they refer to, leaves out what is prose or only ever read, and
 * closes each object to fields that it does not name.
 */
import { text } from 'node:stream/consumers';

type Schema = { readonly [keyword: string]: unknown };

const KINDS = [
  'io.k8s.api.apps.v1.Deployment',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  'io.k8s.api.batch.v1.Job',
  'io.k8s.api.core.v1.Namespace',
  'io.k8s.api.core.v1.Service',
  'io.k8s.api.networking.v1.Ingress',
  'io.k8s.api.networking.v1.NetworkPolicy',
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  'sh.keda.v1alpha1.ScaledObject',
  'sh.keda.v1alpha1.TriggerAuthentication',
];

/** What the API describes as a string and reads in other forms too. */
const EXCEPTIONS: Readonly<Record<string, Schema>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    type: ['number', 'string'],
    pattern: '^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?\\d+)?$',
  },
};

const KEPT = new Set(['$ref', 'type', 'items', 'enum', 'required', 'properties', 'pattern']);

function trim(schema: Schema): Schema {
  if (schema['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] };
  const kept = Object.entries(schema).filter(([keyword]) => KEPT.has(keyword));
  const trimmed: Record<string, unknown> = Object.fromEntries(kept);
  if (schema.items) trimmed.items = trim(schema.items as Schema);
  if (schema.properties) {
    const written = Object.entries(schema.properties).filter(([name]) => name !== 'status');
    trimmed.properties = Object.fromEntries(written.map(([name, value]) => [name, trim(value)]));
    trimmed.additionalProperties = false;
  }
  if (typeof schema.additionalProperties === 'object') {
    trimmed.additionalProperties = trim(schema.additionalProperties as Schema);
  }
  return trimmed;
}

/** The names of the definitions that a schema refers to. */
function references(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) =>
    keyword === '$ref' ? [String(value).replace('#/definitions/', '')] : references(value),
  );
}

function collect(definitions: Readonly<Record<string, Schema>>): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const waiting = [...KINDS];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = definitions[name];
    if (!definition) throw new Error(`The cluster knows no ${name}`);
    const trimmed = EXCEPTIONS[name] ?? trim(definition);
    found[name] = trimmed;
    waiting.push(...references(trimmed).filter((reference) => !(reference in found)));
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** `apps/v1 Deployment` → the name of its definition. */
function kinds(definitions: Readonly<Record<string, Schema>>): Record<string, string> {
  const entries = KINDS.map((name) => {
    const [found] = (definitions[name]?.['x-kubernetes-group-version-kind'] ??
      []) as GroupVersionKind[];
    if (!found) throw new Error(`${name} is no kind`);
    const { group, version, kind } = found;
    return [`${group ? `${group}/` : ''}${version} ${kind}`, name];
  });
  return Object.fromEntries(entries);
}

const { definitions } = JSON.parse(await text(process.stdin)) as {
  definitions: Record<string, Schema>;
};
const $comment = `Made by trim-openapi.ts of the API of Kubernetes ${process.argv[2]}, and of KEDA's; both are under the Apache License 2.0 (LICENSE-kubernetes).`;
const schema = { $comment, kinds: kinds(definitions), definitions: collect(definitions) };
process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
