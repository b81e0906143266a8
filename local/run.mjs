#!/usr/bin/env node
/**
 * The one way into every npm command: `node local/run.mjs COMMAND …`.
 * Plain JavaScript with nothing but Node's own modules, because it must run before any dependency is there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, 'node_modules', '.package-lock.json');

/** Ends the process with a message where Node is too old to run this project. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(
    `This project needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`,
  );
  process.exit(1);
}

/**
 * Whether node_modules holds what package-lock.json says, by npm's own record of what it installed.
 * Optional packages are for other machines than this one and may be missing.
 */
function dependenciesFit() {
  if (!existsSync(installed)) return false;
  const has = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const needs = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(needs)
    .filter(([path]) => path.startsWith('node_modules/'))
    .every(([path, { version, optional }]) =>
      path in has ? has[path].version === version : optional === true,
    );
}

/**
 * Installs the dependencies where they do not fit the lockfile. Runs under flock(1), so that two commands
 * started at once install once: the second one waits, looks again and goes on.
 */
function ensureDependencies() {
  if (dependenciesFit()) return;
  mkdirSync(join(root, '.local'), { recursive: true });
  const lock = join(root, '.local', 'npm.lock');
  const again = [process.execPath, fileURLToPath(import.meta.url), '--install'];
  const locked = spawnSync('flock', [lock, ...again], { stdio: ['ignore', 2, 2] });
  const result =
    locked.error === undefined
      ? locked
      : spawnSync(again[0], again.slice(1), { stdio: ['ignore', 2, 2] });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** The part of `ensureDependencies` that runs under the lock. */
function install() {
  if (dependenciesFit()) return;
  const started = Date.now();
  const log = join(root, '.local', 'npm-ci.log');
  console.error('Installing the dependencies (npm ci) …');
  const output = openSync(log, 'w');
  const npm = spawnSync('npm', ['ci', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', output, output],
  });
  if (npm.status !== 0) {
    console.error(readFileSync(log, 'utf8'));
    console.error(
      `npm ci failed${npm.error ? `: ${npm.error.message}` : ''}; its output is in ${log}`,
    );
    process.exit(1);
  }
  console.error(`Installed the dependencies in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

checkNode();
if (process.argv[2] === '--install') {
  install();
} else {
  ensureDependencies();
  // In this same process, so that signals, exit code and output are the command's own.
  await import('tsx');
  await import('./src/cli.ts');
}
