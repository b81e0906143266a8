import { HELP } from './help.ts';
import { SoftwareMissing } from './packages/source.ts';
import { storageFault } from './process/storage-fault.ts';

/** A command of this program: gets its arguments, gives the process' exit code. */
type Command = { run(args: string[]): Promise<number> };

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: () => import('./commands/start.ts'),
  stop: () => import('./commands/stop.ts'),
  status: () => import('./commands/status.ts'),
  logs: () => import('./commands/logs.ts'),
  mail: () => import('./commands/mail.ts'),
  demo: () => import('./commands/demo.ts'),
  admin: () => import('./commands/admin.ts'),
  dlq: () => import('./commands/dlq.ts'),
  cache: () => import('./commands/cache.ts'),
  test: () => import('./commands/test.ts'),
  doctor: () => import('./commands/doctor.ts'),
  build: () => import('./commands/build.ts'),
  servers: () => import('./commands/servers.ts'),
  'test:compose': () => import('./commands/test-compose.ts'),
};

async function main([name = '--help', ...args]: string[]): Promise<number> {
  if (name === '--help' || name === 'help' || args.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const load = COMMANDS[name];
  if (load === undefined) {
    console.error(`There is no command “${name}”.\n\n${HELP}`);
    return 1;
  }
  const command = await load();
  return command.run(args);
}

/** What the user reads of an error that ended a command. */
function explain(error: unknown): unknown {
  if (error instanceof SoftwareMissing) return `${error.message}\n\nnpm run doctor says more.`;
  return storageFault(error) ?? (error instanceof Error ? error.message : error);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
process.exit();
