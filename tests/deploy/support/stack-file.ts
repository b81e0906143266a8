import { parse } from 'yaml';
import { z } from 'zod';

const Texts = z.record(z.string(), z.string());
/** A variable that stack.yml replaces by digits, or by nothing, is a text to faas-cli all the same. */
const Environment = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const Resources = z.strictObject({ cpu: z.string().optional(), memory: z.string().optional() });

/**
 * What faas-cli reads of a stack file (its package `stack`). It skips over what it does not know, and a
 * misspelt field would be missed nowhere: here that is a fault. Labels and annotations must be written
 * as texts, since YAML's `1` or `true` is another thing to whoever reads the file next.
 */
const StackFunction = z.strictObject({
  lang: z.string(),
  handler: z.string(),
  image: z.string(),
  registry_auth: z.string().optional(),
  fprocess: z.string().optional(),
  environment: Environment.default({}),
  environment_file: z.array(z.string()).optional(),
  secrets: z.array(z.string()).default([]),
  skip_build: z.boolean().optional(),
  constraints: z.array(z.string()).optional(),
  labels: Texts.default({}),
  annotations: Texts.default({}),
  limits: Resources.default({}),
  requests: Resources.default({}),
  readonly_root_filesystem: z.boolean().default(false),
  build_args: Texts.optional(),
  build_options: z.array(z.string()).optional(),
  namespace: z.string().optional(),
  platforms: z.string().optional(),
});
export type StackFunction = z.infer<typeof StackFunction>;

const StackFile = z.strictObject({
  version: z.literal(1),
  provider: z.strictObject({ name: z.literal('openfaas'), gateway: z.url() }),
  configuration: z.strictObject({
    templates: z
      .array(z.strictObject({ name: z.string(), source: z.string().optional() }))
      .optional(),
    copy: z.array(z.string()).default([]),
  }),
  functions: z.record(z.string(), StackFunction),
});
export type StackFile = z.infer<typeof StackFile> & {
  /** The names of its sections, as they follow each other. */
  readonly sections: readonly string[];
};

/**
 * The stack file of a text whose variables are replaced.
 * @throws ZodError that names each field that faas-cli would not understand.
 */
export function parseStackFile(text: string): StackFile {
  const document = parse(text);
  return { ...StackFile.parse(document), sections: Object.keys(document) };
}
