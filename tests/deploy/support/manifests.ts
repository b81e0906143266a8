import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export type Labels = Readonly<Record<string, string>>;

export interface Port {
  readonly name?: string;
  readonly containerPort: number;
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly ports?: readonly Port[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly resources?: {
    readonly requests?: Labels;
    readonly limits?: Labels;
  };
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

export interface SecretSource {
  readonly name: string;
  readonly optional?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly projected?: {
    readonly sources: readonly { readonly secret?: SecretSource }[];
  };
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly volumes?: readonly Volume[];
    readonly terminationGracePeriodSeconds?: number;
    readonly automountServiceAccountToken?: boolean;
    readonly securityContext?: Readonly<Record<string, unknown>>;
    readonly topologySpreadConstraints?: readonly { readonly labelSelector: Selector }[];
  };
}

export interface Selector {
  readonly matchLabels?: Labels;
}

/** A document of a manifest. What `spec` holds depends on its kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: the schema has checked it before anything reads it
  readonly spec?: any;
}

export interface Kustomization {
  readonly kind: string;
  readonly resources?: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newTag?: string }[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly behavior?: string;
    readonly files?: readonly string[];
    readonly literals?: readonly string[];
  }[];
}

const KUSTOMIZATION = 'kustomization.yaml';

/** The documents of a YAML text. @throws where it is not YAML. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as Manifest;
  });
}

/** The files of a folder that are manifests, by name. */
export function manifestFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml') && name !== KUSTOMIZATION)
    .sort();
}

/** Every document of a folder's manifests, each with where it is from. */
export function readManifests(folder: string): [string, Manifest][] {
  return manifestFiles(folder).flatMap((file) =>
    parseManifests(readFileSync(join(ROOT, folder, file), 'utf8')).map(
      (manifest): [string, Manifest] => [
        `${relative('deploy/kubernetes', folder)}/${file}: ${manifest.kind} ${manifest.metadata.name}`,
        manifest,
      ],
    ),
  );
}

export function readKustomization(folder: string): Kustomization {
  return parse(readFileSync(join(ROOT, folder, KUSTOMIZATION), 'utf8')) as Kustomization;
}

/** The pods that a manifest makes, or undefined where it makes none. */
export function podsOf({ kind, spec }: Manifest): PodTemplate | undefined {
  return kind === 'Deployment' || kind === 'Job' ? (spec.template as PodTemplate) : undefined;
}

/** The data of the ConfigMaps that kustomizations generate of literals, merged in their order. */
export function generatedConfigMaps(
  kustomizations: readonly Kustomization[],
): Record<string, Record<string, string>> {
  const maps: Record<string, Record<string, string>> = {};
  for (const { name, literals = [], files = [] } of kustomizations.flatMap(
    ({ configMapGenerator = [] }) => configMapGenerator,
  )) {
    const pairs = literals.map((literal) => {
      const [key = '', ...value] = literal.split('=');
      return [key, value.join('=')] as const;
    });
    const contents = files.map((file) => [basename(file), file] as const);
    maps[name] = { ...maps[name], ...Object.fromEntries([...pairs, ...contents]) };
  }
  return maps;
}
