import { z } from 'zod';

/** This provider's only namespace, by OpenFaaS's default name. */
export const NAMESPACE = 'openfaas-fn';

/** A function's name: a DNS label, as Kubernetes requires, so that it can move there. */
export const FunctionName = z
  .string()
  .regex(/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/, 'must be a DNS label: a-z, 0-9 and -');

/** A secret's name: also the name of its file. */
export const SecretName = z
  .string()
  .regex(/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/, 'must be made of a-z, 0-9, - and .');

/** Absent, empty or the only namespace. */
export const Namespace = z
  .enum(['', NAMESPACE], `must be ${NAMESPACE}, the only namespace here`)
  .nullish();
