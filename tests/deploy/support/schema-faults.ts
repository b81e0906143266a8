import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const schema = JSON.parse(
  readFileSync(new URL('kubernetes.schema.json', import.meta.url), 'utf8'),
) as { readonly kinds: Readonly<Record<string, string>>; readonly definitions: object };

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false });
ajv.addKeyword('kinds');
ajv.addSchema(schema, 'kubernetes');

/**
 * What Kubernetes' own schema has against a document: a field that is unknown or of the wrong type, or
 * one that is missing. A kind that the schema does not hold is a fault too.
 */
export function schemaFaults(document: { apiVersion?: unknown; kind?: unknown }): string[] {
  const kind = `${document.apiVersion} ${document.kind}`;
  const name = Object.hasOwn(schema.kinds, kind) ? schema.kinds[kind] : undefined;
  if (name === undefined) return [`${kind} is not in the schema`];
  const validate = ajv.getSchema(`kubernetes#/definitions/${name}`);
  if (!validate) throw new Error(`The schema names ${name} and does not define it`);
  if (validate(document)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, params.additionalProperty].filter(Boolean).join(' '),
  );
}
