import { describe, expect, test } from '@jest/globals';
import type { Manifest, PodTemplate } from './support/manifests.ts';
import { parseManifests } from './support/manifests.ts';
import { podFaults, serviceFaults } from './support/pod-faults.ts';
import { referenceFaults } from './support/reference-faults.ts';
import { schemaFaults } from './support/schema-faults.ts';

/** Manifests that have no fault; each test below breaks one thing of them. */
const SOUND = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 2
  selector:
    matchLabels: { app: shop }
  template:
    metadata:
      labels: { app: shop }
    spec:
      terminationGracePeriodSeconds: 40
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: shop
          image: shop:1.0.0
          envFrom: [{ configMapRef: { name: settings } }]
          ports: [{ name: http, containerPort: 8000 }]
          livenessProbe: { httpGet: { path: /healthz, port: http } }
          readinessProbe: { httpGet: { path: /readyz, port: http } }
          resources: { requests: { cpu: 50m, memory: 96Mi }, limits: { memory: 1Gi } }
          volumeMounts: [{ name: secrets, mountPath: /run/secrets }]
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
      volumes:
        - name: secrets
          projected: { sources: [{ secret: { name: mysql-url } }] }
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: { app: shop }
  ports: [{ name: web, port: 80, targetPort: http }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: shop, port: { name: web } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop
spec:
  podSelector: { matchLabels: { app: shop } }
  ingress: [{ ports: [{ port: http }] }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: shop
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app: shop } }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: shop
spec:
  scaleTargetRef: { name: shop }
  triggers: [{ type: rabbitmq, metadata: { queueName: q }, authenticationRef: { name: rabbitmq } }]
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: rabbitmq
spec:
  secretTargetRef: [{ parameter: host, name: mysql-url, key: mysql-url }]
`;

const SURROUNDINGS = { configMaps: ['settings'], secrets: ['mysql-url'] };

/** The manifests with the first occurrence of a text replaced, which must be there. */
function broken(sound: string, by: string): Manifest[] {
  if (!SOUND.includes(sound)) throw new Error(`There is no “${sound}” to break`);
  return parseManifests(SOUND.replace(sound, by));
}

function podsWith(sound: string, by: string): PodTemplate {
  return broken(sound, by)[0]?.spec.template;
}

test('sound manifests have no faults', () => {
  const manifests = parseManifests(SOUND);
  expect(manifests.flatMap(schemaFaults)).toEqual([]);
  expect(referenceFaults(manifests, SURROUNDINGS)).toEqual([]);
  expect(podFaults(manifests[0]?.spec.template)).toEqual([]);
  expect(serviceFaults(manifests[0]?.spec.template)).toEqual([]);
});

describe('the schema finds', () => {
  test.each([
    ['a misspelt field', 'replicas:', 'replica:', /additional properties replica/],
    ['a wrong type', 'replicas: 2', 'replicas: "2"', /spec\/replicas must be integer/],
    ['a missing field', 'path: /healthz, port: http', 'path: /healthz', /required property 'port'/],
    ['a field in a wrong place', 'seccompProfile', 'drop', /additional properties drop/],
    ['a quantity that is none', 'memory: 96Mi', 'memory: 96MB', /memory must match pattern/],
    ['a kind of another version', 'apps/v1', 'apps/v1beta1', /apps\/v1beta1 Deployment/],
    ['a field of KEDA that is unknown', 'scaleTargetRef', 'target', /additional properties target/],
  ])('%s', (_what, sound, by, fault) => {
    expect(broken(sound, by).flatMap(schemaFaults).join('\n')).toMatch(fault);
  });
});

describe('the references show', () => {
  test.each([
    ['pods that their Deployment does not select', 'labels: { app: shop }', 'labels: { app: a }'],
    ['a Service without pods', 'selector: { app: shop }', 'selector: { app: a }'],
    ['a Service’s port that its pods lack', 'targetPort: http', 'targetPort: web'],
    ['a probe of a port that is not there', '/healthz, port: http', '/healthz, port: health'],
    ['an Ingress to no Service', 'service: { name: shop', 'service: { name: a'],
    ['an Ingress to no port', 'port: { name: web }', 'port: { name: http }'],
    [
      'a policy for no pods',
      'podSelector: { matchLabels: { app: shop',
      'podSelector: { matchLabels: { app: a',
    ],
    ['a policy that opens no port', 'ports: [{ port: http }]', 'ports: [{ port: web }]'],
    [
      'a budget for no pods',
      '  selector: { matchLabels: { app: shop } }\n---\napiVersion: keda',
      '  selector: { matchLabels: { app: a } }\n---\napiVersion: keda',
    ],
    ['a ConfigMap that no one makes', 'name: settings', 'name: setting'],
    ['a Secret that no one makes', 'secret: { name: mysql-url', 'secret: { name: mysql'],
    [
      'KEDA’s Secret that no one makes',
      'parameter: host, name: mysql-url',
      'parameter: host, name: a',
    ],
    ['a mount of no volume', 'volumeMounts: [{ name: secrets', 'volumeMounts: [{ name: a'],
    ['a scaling of nothing', 'scaleTargetRef: { name: shop', 'scaleTargetRef: { name: a'],
    [
      'KEDA’s authentication that is not there',
      'authenticationRef: { name: rabbitmq',
      'authenticationRef: { name: a',
    ],
  ])('%s', (_what, sound, by) => {
    expect(referenceFaults(broken(sound, by), SURROUNDINGS)).not.toEqual([]);
  });
});

describe('a pod is found that', () => {
  test.each([
    ['may be root', 'runAsNonRoot: true', 'runAsNonRoot: false'],
    ['has no seccomp profile', 'RuntimeDefault', 'Unconfined'],
    ['holds a token', 'automountServiceAccountToken: false', 'automountServiceAccountToken: true'],
    ['may gain privileges', 'allowPrivilegeEscalation: false', 'privileged: false'],
    ['can write to its root', 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'],
    ['keeps capabilities', 'drop: [ALL]', 'drop: [CHOWN]'],
    ['requests nothing', 'requests: { cpu: 50m, memory: 96Mi }, ', ''],
    ['has no limit', ', limits: { memory: 1Gi }', ''],
  ])('%s', (_what, sound, by) => {
    expect(podFaults(podsWith(sound, by))).toHaveLength(1);
  });

  test.each([
    ['is ended before it has drained', 'terminationGracePeriodSeconds: 40', 'hostNetwork: false'],
    ['is not probed', 'readinessProbe:', 'startupProbe:'],
  ])('%s', (_what, sound, by) => {
    expect(serviceFaults(podsWith(sound, by))).toHaveLength(1);
  });
});
