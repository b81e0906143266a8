import type { StackFunction } from '../../../tools/stack.ts';
import type { StackFile } from './stack-file.ts';

/** RFC 1123, as Kubernetes takes it for names of Services and, with dots, of Secrets. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** Names and values of labels; annotations have names of the same form. */
const KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
const VARIABLE = /^[A-Za-z_]\w*$/;
/** `[registry[:port]/]path[:tag][@digest]`, as the distribution specification has it. */
const IMAGE =
  /^(([a-z0-9.-]+\.[a-z0-9.-]+|localhost)(:\d+)?\/|[a-z0-9-]+:\d+\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;
const QUANTITY = /^(\d+(?:\.\d+)?)(m|[kMGTPE]|[KMGTPE]i)?$/;

/** What the Community Edition takes: more of it is refused with 400. */
const CE_MAX_FUNCTIONS = 15;
const CE_MAX_REPLICAS = 5;
const CE_REFUSED_LABELS = [
  'com.openfaas.scale.zero-duration',
  'com.openfaas.scale.target',
  'com.openfaas.scale.type',
];
const CE_REFUSED_ANNOTATIONS = ['amazonaws.com', 'gke.io'];

/** What else a function's entry is held against. */
export interface Around {
  readonly secrets: readonly string[];
  readonly templates: readonly string[];
  /** Whether a path beside the stack file is there. */
  exists(path: string): boolean;
}

/** What faas-cli, Kubernetes or OpenFaaS' Community Edition would refuse, or silently get wrong. */
export function stackFaults(stack: StackFile, around: Around): string[] {
  const functions = Object.entries(stack.functions);
  return [
    ...unless(stack.sections.at(-1) === 'functions', 'functions is not the last section'),
    ...unless(functions.length <= CE_MAX_FUNCTIONS, 'there are more functions than CE takes'),
    ...stack.configuration.copy.flatMap((path) =>
      unless(
        around.exists(path) && !path.split('/').includes('..'),
        `${path}, to be copied, is not there`,
      ),
    ),
    ...functions.flatMap(([name, entry]) =>
      functionFaults(name, entry, around).map((fault) => `${name}: ${fault}`),
    ),
  ];
}

function functionFaults(name: string, entry: StackFunction, around: Around): string[] {
  const { secrets, annotations, environment } = entry;
  return [
    ...unless(LABEL.test(name), 'its name is no DNS label'),
    ...unless(IMAGE.test(entry.image), `the image ${entry.image} is no reference`),
    ...unless(around.templates.includes(entry.lang ?? ''), `there is no template ${entry.lang}`),
    ...unless(around.exists(`${entry.handler}/handler.ts`), 'there is no handler'),
    ...unless(entry.readonly_root_filesystem, 'it can write to its root'),
    ...badKeys(annotations, KEY, 'annotation'),
    ...badKeys(environment, VARIABLE, 'variable'),
    ...secrets.flatMap((secret) => secretFaults(secret, around)),
    ...labelFaults(entry),
    ...annotationFaults(entry),
    ...resourceFaults(entry),
  ];
}

function unless(holds: boolean, fault: string): string[] {
  return holds ? [] : [fault];
}

function badKeys(record: object, form: RegExp, what: string): string[] {
  return Object.keys(record)
    .filter((key) => !form.test(key))
    .map((key) => `the ${what} ${key} has no valid name`);
}

function secretFaults(secret: string, { secrets }: Around): string[] {
  return [
    ...unless(SUBDOMAIN.test(secret), `the secret ${secret} has no valid name`),
    ...unless(secrets.includes(secret), `no one makes the secret ${secret}`),
  ];
}

function labelFaults({ labels }: StackFunction): string[] {
  const tooMany = ['com.openfaas.scale.min', 'com.openfaas.scale.max'].filter(
    (key) => !(Number(labels[key] ?? 1) <= CE_MAX_REPLICAS),
  );
  const refused = CE_REFUSED_LABELS.filter((key) => key in labels);
  const toZero = labels['com.openfaas.scale.zero'] === 'true' ? ['com.openfaas.scale.zero'] : [];
  return [
    ...badKeys(labels, KEY, 'label'),
    ...Object.entries(labels)
      .filter(([, value]) => !LABEL_VALUE.test(value))
      .map(([key]) => `the label ${key} has no valid value`),
    ...[...tooMany, ...refused, ...toZero].map((key) => `CE refuses the label ${key}`),
  ];
}

function annotationFaults({ annotations }: StackFunction): string[] {
  const refused = Object.keys(annotations).filter((key) =>
    CE_REFUSED_ANNOTATIONS.some((part) => key.includes(part)),
  );
  return [
    ...refused.map((key) => `CE refuses the annotation ${key}`),
    ...unless(!annotations.topic?.includes(','), 'CE takes one topic'),
    ...unless(
      (annotations.topic === 'cron-function') === 'schedule' in annotations,
      'a schedule goes with the topic cron-function',
    ),
  ];
}

function resourceFaults({ limits, requests }: StackFunction): string[] {
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const request = quantity(requests?.[resource] ?? '0');
    const limit = quantity(limits?.[resource] ?? '1E');
    return [
      ...unless(
        !Number.isNaN(request) && !Number.isNaN(limit),
        `its ${resource} is no quantity of Kubernetes`,
      ),
      ...unless(!(request > limit), `it requests more ${resource} than it may have`),
    ];
  });
}

const DECIMAL = ['k', 'M', 'G', 'T', 'P', 'E'];

/** A quantity as a number; NaN where it is none. */
function quantity(text: string): number {
  const [, number, suffix = ''] = QUANTITY.exec(text) ?? [];
  if (number === undefined) return Number.NaN;
  if (suffix === 'm') return Number(number) / 1000;
  const power = DECIMAL.indexOf(suffix.charAt(0)) + 1;
  return Number(number) * (suffix.endsWith('i') ? 1024 : 1000) ** power;
}
