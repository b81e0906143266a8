import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { builtFunctions, readStack } from './stack.ts';

const LANGUAGE = 'node18-typescript';

/** What `faas-cli new NAME --lang LANGUAGE --append stack.yml` writes (faas-cli, new_function.go). */
export function newFunction(checkout: string, root: string, name: string): void {
  const template = join(root, 'template', LANGUAGE, 'function');
  cpSync(template, join(checkout, name), { recursive: true });
  const block = `  ${name}:
    lang: ${LANGUAGE}
    handler: ./${name}
    image: ${name}:latest
`;
  appendFileSync(join(checkout, 'stack.yml'), `\n${block}\n`);
}

/** Gives a function a dependency, with the lockfile that npm makes of it; its archive is this project's own. */
export function dependOn(checkout: string, root: string, name: string, dependency: string): void {
  const file = join(checkout, name, 'package.json');
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const entry = packages[`node_modules/${dependency}`];
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.dependencies = { [dependency]: entry.version };
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  const lock = {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, [`node_modules/${dependency}`]: entry },
  };
  writeFileSync(join(checkout, name, 'package-lock.json'), JSON.stringify(lock, null, 2));
}

/** The folder that `faas-cli build` makes of a function, without what Docker is told to ignore. */
export function buildFolder(checkout: string, root: string, name: string): string {
  const template = join(root, 'template', LANGUAGE);
  const folder = join(checkout, 'build', name);
  const wanted = (path: string) => !['node_modules', 'tests', 'dist'].includes(basename(path));
  const copy = (from: string, to: string) =>
    cpSync(from, to, { recursive: true, dereference: true, filter: wanted });
  const stack = readStack(join(checkout, 'stack.yml'), {});
  const { handler = '' } = builtFunctions(stack).find((fn) => fn.name === name) ?? {};
  copy(template, folder);
  rmSync(join(folder, 'function'), { recursive: true });
  copy(join(checkout, handler), join(folder, 'function'));
  for (const path of stack.configuration.copy) {
    copy(join(root, path), join(folder, 'function', path));
  }
  return folder;
}
