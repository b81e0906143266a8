#!/usr/bin/env node
/**
 * The one way into every npm command: `node local/run.mjs COMMAND …`.
 * Plain JavaScript with only Node's own modules, because it must run before any dependency is there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const installed = join(root, 'node_modules', '.package-lock.json');

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const { node } = process.versions;
  console.error(`This project needs Node ${OLDEST_NODE.join('.')} or newer; this is ${node}.`);
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
 * Runs `npm ci` in another process of this file, under flock(1): of two commands that are started at once,
 * the second waits and finds everything installed. If this process is asked to end, that one is killed with
 * npm, which would outlive the request and go on without the lock.
 */
async function ensureDependencies() {
  if (dependenciesFit()) return;
  mkdirSync(join(root, '.local'), { recursive: true });
  const flock = process.platform === 'linux' ? ['flock', join(root, '.local', 'npm.lock')] : [];
  const [program, ...args] = [...flock, process.execPath, self, '--install'];
  const child = spawn(program, args, { stdio: ['ignore', 2, 2], detached: true });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const end = (signal) => {
    process.kill(-child.pid, 'SIGKILL');
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, end);
  const [code] = await once(child, 'exit');
  for (const signal of signals) process.off(signal, end);
  if (code !== 0) process.exit(code ?? 1);
}

function install() {
  if (dependenciesFit()) return;
  const started = Date.now();
  const log = join(root, '.local', 'npm-ci.log');
  console.error('Installing the dependencies (npm ci) …');
  const output = openSync(log, 'w');
  // If npm is killed half-way, the result must not look complete.
  rmSync(installed, { force: true });
  const stdio = ['ignore', output, output];
  const npm = spawnSync('npm', ['ci', '--no-progress'], { cwd: root, stdio });
  if (npm.status !== 0) {
    console.error(readFileSync(log, 'utf8'));
    console.error(`npm ci failed${npm.error ? `: ${npm.error.message}` : ''}; see ${log}`);
    process.exit(1);
  }
  console.error(`Installed the dependencies in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

checkNode();
if (process.argv[2] === '--install') {
  install();
} else {
  await ensureDependencies();
  // In this same process, so that signals, exit code and output are the command's own.
  await import('tsx');
  await import('./src/cli.ts');
}
