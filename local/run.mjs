#!/usr/bin/env node
/**
 * The one way into every npm command: `node local/run.mjs COMMAND …`.
 * Plain JavaScript with nothing but Node's own modules, because it must run before any dependency is there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
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
async function ensureDependencies() {
  if (dependenciesFit()) return;
  mkdirSync(join(root, '.local'), { recursive: true });
  const again = [process.execPath, fileURLToPath(import.meta.url), '--install'];
  const flock = ['flock', join(root, '.local', 'npm.lock'), ...again];
  const code = await runToEnd(flock).catch(() => runToEnd(again));
  if (code !== 0) process.exit(code);
}

/**
 * Runs a command, ends it with this process, and gives its exit code. It is killed, with what it started:
 * npm outlives a request to end, and would go on without the lock.
 */
async function runToEnd([command, ...args]) {
  const child = spawn(command, args, { stdio: ['ignore', 2, 2], detached: true });
  const end = (signal) => {
    process.kill(-child.pid, 'SIGKILL');
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  try {
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
  }
}

/** The part of `ensureDependencies` that runs under the lock. */
function install() {
  if (dependenciesFit()) return;
  const started = Date.now();
  const log = join(root, '.local', 'npm-ci.log');
  console.error('Installing the dependencies (npm ci) …');
  const output = openSync(log, 'w');
  // What is killed half-way must not look complete.
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
