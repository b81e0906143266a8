import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { functionSecrets, newSigningKey } from '@movie-rental/jobs/keys';
import { substitute } from '../../tools/stack.ts';
import { ROOT } from './support/manifests.ts';
import { stackFaults } from './support/stack-faults.ts';
import { parseStackFile } from './support/stack-file.ts';

const text = readFileSync(join(ROOT, 'stack.yml'), 'utf8');
const made = functionSecrets({
  mysqlUrl: '',
  signingKey: newSigningKey(),
  serviceToken: '',
  smtpUrl: '',
});

const around = {
  secrets: Object.keys(made),
  templates: readdirSync(join(ROOT, 'template')),
  exists: (path: string) => existsSync(join(ROOT, path)),
};

function faultsWith(change: (text: string) => string, env: NodeJS.ProcessEnv = {}): string[] {
  return stackFaults(parseStackFile(change(substitute(text, env))), around);
}

test.each([
  ['its defaults', {}],
  ['images of a registry', { IMAGE_PREFIX: 'registry.example.com:5000/shop/', IMAGE_TAG: '1.2.3' }],
])('stack.yml with %s is one that faas-cli deploys', (_what, env) => {
  expect(faultsWith((stack) => stack, env)).toEqual([]);
});

/** Replaces the first occurrence, which must be there. */
function replacing(found: string, by: string) {
  return (stack: string) => {
    if (!stack.includes(found)) throw new Error(`stack.yml has no “${found}”`);
    return stack.replace(found, by);
  };
}

const LABEL = 'com.openfaas.scale.max: "5"';

describe('it is noticed that', () => {
  test.each([
    ['a name is no DNS label', '  auth-login:\n', '  auth_login:\n', /name is no DNS label/],
    ['an image is no reference', 'movie-rental/auth-login', 'Movie-Rental/auth-login', /no refer/],
    ['a tag is none', 'auth-login:latest', 'auth-login:-1', /is no reference/],
    ['a template is not there', 'lang: node18-typescript', 'lang: node22', /no template node22/],
    ['a handler is not there', './functions/auth-login', './functions/login', /is no handler/],
    ['a path to copy is not there', '- packages', '- package', /package, to be copied/],
    ['a path to copy is outside', '- packages', '- ../packages', /packages, to be copied/],
    ['a root is writable', 'filesystem: true', 'filesystem: false', /write to its root/],
    ['a secret has no valid name', 'jwt-private-key', 'jwt_private_key', /no valid name/],
    ['a secret is made by no one', 'jwt-private-key', 'jwt-key', /no one makes/],
    ['a variable has no valid name', 'LOG_LEVEL:', 'LOG-LEVEL:', /variable LOG-LEVEL/],
    ['a label has no valid name', LABEL, 'com.openfaas.: "5"', /label com.openfaas\. has/],
    ['a label has no valid value', LABEL, 'team: "a b"', /label team has no valid value/],
    ['a quantity is none', '96Mi', '96MB', /memory is no quantity/],
    ['more is requested than allowed', '96Mi', '1G', /requests more memory/],
    ['CE takes 5 replicas', LABEL, 'com.openfaas.scale.max: "6"', /refuses.*scale\.max/],
    ['CE takes 5 replicas at least', 'scale.min: "1"', 'scale.min: "6"', /refuses.*scale\.min/],
    ['CE does not scale to zero', LABEL, 'com.openfaas.scale.zero: "true"', /scale\.zero/],
    ['CE does not scale by target', LABEL, 'com.openfaas.scale.target: "50"', /scale\.target/],
    ['CE does not scale by type', LABEL, 'com.openfaas.scale.type: cpu', /scale\.type/],
    ['CE takes one topic', 'topic: cron-function', 'topic: a,b', /one topic/],
    ['a schedule needs its topic', 'topic: cron-function', 'topic: movies', /a schedule goes/],
    [
      'CE refuses the clouds’ annotations',
      'schedule:',
      'eks.amazonaws.com/role: a\n      schedule:',
      /refuses the annotation/,
    ],
  ])('%s', (_what, found, by, fault) => {
    expect(faultsWith(replacing(found, by)).join('\n')).toMatch(fault);
  });

  test('`faas-cli new --append` would break a file whose last section is another', () => {
    const [head = '', functions = ''] = substitute(text, {}).split(/^(?=functions:)/m);
    const turned = `${functions}\n${head}`;
    expect(stackFaults(parseStackFile(turned), around)).toContain(
      'functions is not the last section',
    );
  });

  test('CE takes 15 functions', () => {
    const more = [...Array(10).keys()].map((n) => `  more-${n}: *again\n`).join('');
    const faults = faultsWith((stack) =>
      stack.replace('  auth-login:\n', '  auth-login: &again\n').concat(more),
    );
    expect(faults).toEqual(['there are more functions than CE takes']);
  });

  test.each([
    ['a field that faas-cli skips over', 'readonly_root_filesystem:', 'readonly_root_fs:'],
    ['a label that is no text', LABEL, 'com.openfaas.scale.max: 5'],
    ['a schedule that is no text', '"* * * * *"', '[every, minute]'],
    ['a provider of another name', 'name: openfaas', 'name: faas'],
    ['a version that it does not know', 'version: 1.0', 'version: 2.0'],
  ])('%s', (_what, found, by) => {
    expect(() => faultsWith(replacing(found, by))).toThrow();
  });
});
