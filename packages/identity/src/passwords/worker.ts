import { parentPort } from 'node:worker_threads';
import { compareSync, hashSync } from 'bcryptjs';
import type { Job } from './passwords.ts';
import type { Outcome } from './thread-pool.ts';

const port = parentPort;
if (!port) throw new Error('This is the entry of a worker thread');

port.on('message', (job: Job) => port.postMessage(outcomeOf(job)));

function outcomeOf(job: Job): Outcome<string | boolean> {
  try {
    return { result: compute(job) };
  } catch (error) {
    return { error: String(error) };
  }
}

function compute(job: Job): string | boolean {
  switch (job.kind) {
    case 'hash':
      return hashSync(job.password, job.cost);
    case 'verify':
      return compareSync(job.password, job.hash);
  }
}
