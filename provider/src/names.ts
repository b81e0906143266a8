import { z } from 'zod';

/** The one namespace of this provider, by the name that OpenFaaS gives its default. */
export const NAMESPACE = 'openfaas-fn';

/** A function's name: a DNS label, as Kubernetes wants it, so that it can move there. */
export const FunctionName = z
  .string()
  .regex(/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/, 'must be a DNS label: a-z, 0-9 and -');

/** A secret's name: also the name of its file. */
export const SecretName = z
  .string()
  .regex(/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/, 'must be made of a-z, 0-9, - and .');

/** Absent, empty or the one namespace. */
export const Namespace = z
  .enum(['', NAMESPACE], `must be ${NAMESPACE}, the only namespace here`)
  .nullish();
