/**
 * Installs what a function's bundle is made of, where an image is built: the third-party
 * dependencies of the template, of the function and of the packages copied into its folder.
 *
 * The lockfile that came with the function, or was copied into its folder with the packages, pins
 * all of them, and what it does not say is not installed. A function that brings dependencies
 * which its lockfile does not know, or no lockfile, gets those as its package.json asks for them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEMPLATE = dirname(fileURLToPath(import.meta.url));
const FUNCTION = join(TEMPLATE, 'function');
const PACKAGES = join(FUNCTION, 'packages');

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

const template = readJson(join(TEMPLATE, 'package.json'));
const packages = (existsSync(PACKAGES) ? readdirSync(PACKAGES) : []).map((folder) =>
  readJson(join(PACKAGES, folder, 'package.json')),
);
const own = new Set([template.name, ...packages.map(({ name }) => name)]);
const sources = [...packages, readJson(join(FUNCTION, 'package.json')), template];
const wanted = Object.assign({}, ...sources.map((source) => source.dependencies ?? {}), {
  ...template.devDependencies,
});
const dependencies = Object.fromEntries(Object.entries(wanted).filter(([name]) => !own.has(name)));
const manifest = { name: 'function-image', version: '1.0.0', private: true, dependencies };

/** The lockfile's third-party part, for a package that depends on exactly what is needed here. */
function lockFor({ lockfileVersion = 3, packages: entries = {} }) {
  const thirdParty = Object.entries(entries).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && !link,
  );
  return {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion,
    requires: true,
    packages: { '': manifest, ...Object.fromEntries(thirdParty) },
  };
}

const lock = lockFor(readJson(join(FUNCTION, 'package-lock.json')));
const unknown = Object.keys(dependencies).filter((name) => !lock.packages[`node_modules/${name}`]);
writeFileSync(join(TEMPLATE, 'package.json'), JSON.stringify(manifest, null, 2));
writeFileSync(join(TEMPLATE, 'package-lock.json'), JSON.stringify(lock, null, 2));
if (unknown.length > 0) console.warn(`Not pinned by a lockfile: ${unknown.join(', ')}`);
const command = unknown.length > 0 ? 'install' : 'ci';
execFileSync('npm', [command, '--no-audit', '--no-fund'], { cwd: TEMPLATE, stdio: 'inherit' });
