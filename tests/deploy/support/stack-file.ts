import { parse } from 'yaml';
import { z } from 'zod';
import { parseStack, type Stack, StackFunction } from '../../../tools/stack.ts';

const Texts = z.record(z.string(), z.string());
const Resources = z.strictObject({ cpu: z.string().optional(), memory: z.string().optional() });

/**
 * What this project asks of its stack.yml beyond what its reader takes: labels and annotations written
 * as texts, since YAML's `1` or `true` is another thing to whoever reads the file next, and no field that
 * faas-cli would ignore: a misspelt one is noticed here.
 */
const Written = z.strictObject({
  version: z.literal(1),
  provider: z.strictObject({ name: z.literal('openfaas'), gateway: z.url() }),
  configuration: z.strictObject({
    templates: z
      .array(z.strictObject({ name: z.string(), source: z.string().optional() }))
      .optional(),
    copy: z.array(z.string()).default([]),
  }),
  functions: z.record(
    z.string(),
    StackFunction.extend({
      lang: z.string(),
      handler: z.string(),
      labels: Texts.optional(),
      annotations: Texts.optional(),
      limits: Resources.optional(),
      requests: Resources.optional(),
    }).strict(),
  ),
});

export type StackFile = Stack & {
  /** The names of its sections, as they follow each other. */
  readonly sections: readonly string[];
};

/**
 * The stack file of a text whose variables are replaced.
 * @throws Error that names each field that faas-cli would not understand.
 */
export function parseStackFile(text: string): StackFile {
  const document = parse(text);
  Written.parse(document);
  return { ...parseStack(text), sections: Object.keys(document) };
}
