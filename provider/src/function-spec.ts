import { z } from 'zod';
import { FunctionName, Namespace, SecretName } from './names.ts';

const Texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((texts) => texts ?? {});
const Resources = z
  .object({ memory: z.string().optional(), cpu: z.string().optional() })
  .nullish()
  .transform((resources) => resources ?? undefined);

/** What a function is deployed with: the body of POST and PUT `/system/functions`. */
export const FunctionSpec = z.object({
  service: FunctionName,
  image: z.string().min(1),
  namespace: Namespace,
  envProcess: z.string().nullish(),
  envVars: Texts,
  labels: Texts,
  annotations: Texts,
  secrets: z
    .array(SecretName)
    .nullish()
    .transform((names) => names ?? []),
  limits: Resources,
  requests: Resources,
  readOnlyRootFilesystem: z
    .boolean()
    .nullish()
    .transform((readOnly) => readOnly ?? false),
});
export type FunctionSpec = z.infer<typeof FunctionSpec>;
