import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  generatedConfigMaps,
  manifestFiles,
  podsOf,
  ROOT,
  readKustomization,
  readManifests,
} from './support/manifests.ts';
import { podFaults, serviceFaults } from './support/pod-faults.ts';
import { referenceFaults } from './support/reference-faults.ts';
import { schemaFaults } from './support/schema-faults.ts';

const FOLDERS = ['base', 'keda', 'example'].map((name) => `deploy/kubernetes/${name}`);
const KUSTOMIZED = [...FOLDERS, 'nginx'];

const documents = FOLDERS.flatMap(readManifests);
const manifests = documents.map(([, manifest]) => manifest);
const workloads = documents.flatMap(([title, manifest]) => {
  const pods = podsOf(manifest);
  return pods ? [{ title, kind: manifest.kind, pods }] : [];
});
const images = new Set(
  workloads.flatMap(({ pods }) => pods.spec.containers.map(({ image }) => image)),
);

/** The Secrets that the guide says how to make. */
function documentedSecrets(): string[] {
  const guide = readFileSync(join(ROOT, 'docs/kubernetes.md'), 'utf8');
  const made = /kubectl -n movie-rental create secret generic ([a-z-]+)/g;
  return [...guide.matchAll(made)].map(([, name = '']) => name);
}

test.each(documents)('%s fits Kubernetes’ schema', (_title, manifest) => {
  expect(schemaFaults(manifest)).toEqual([]);
});

test('what manifests name is there', () => {
  const configMaps = Object.keys(generatedConfigMaps(KUSTOMIZED.map(readKustomization)));
  const secrets = documentedSecrets();
  expect(referenceFaults(manifests, { configMaps, secrets })).toEqual([]);
});

test.each(workloads)('$title runs closed, and within limits', ({ pods }) => {
  expect(podFaults(pods)).toEqual([]);
});

test.each(workloads.filter(({ kind }) => kind === 'Deployment'))(
  '$title is probed and has time to drain',
  ({ pods }) => {
    expect(serviceFaults(pods)).toEqual([]);
  },
);

describe.each(KUSTOMIZED)('the kustomization of %s', (folder) => {
  const { resources = [], configMapGenerator = [] } = readKustomization(folder);

  test('names each manifest beside it, and nothing that is not there', () => {
    const files = resources.filter((resource) => resource.endsWith('.yaml'));
    expect(files.toSorted()).toEqual(manifestFiles(folder));
    for (const bases of resources.filter((resource) => !files.includes(resource))) {
      expect(existsSync(join(ROOT, folder, bases, 'kustomization.yaml'))).toBe(true);
    }
  });

  test('generates ConfigMaps of files that lie beside it', () => {
    for (const file of configMapGenerator.flatMap(({ files = [] }) => files)) {
      expect(statSync(join(ROOT, folder, file)).isFile()).toBe(true);
      expect(file).not.toContain('..');
    }
  });
});

test('images are made in this repository, or pinned', () => {
  for (const image of images) {
    const [, own] = /^movie-rental\/([a-z-]+)$/.exec(image) ?? [];
    if (own) expect([`connectors/${own}`, own].some((it) => existsSync(join(ROOT, it)))).toBe(true);
    else expect(image).toMatch(/:\d+\.\d+\.\d+$/);
  }
});

test('the example says where each image of this repository is, with a tag', () => {
  const { images: placed = [] } = readKustomization('deploy/kubernetes/example');
  const own = [...images].filter((image) => image.startsWith('movie-rental/'));
  expect(placed.map(({ name }) => name).toSorted()).toEqual(own.toSorted());
  expect(placed.every(({ newTag }) => newTag !== undefined && newTag !== 'latest')).toBe(true);
});
