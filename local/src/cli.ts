import { ELSEWHERE, SoftwareMissing } from './packages/source.ts';
import { storageFault } from './process/storage-fault.ts';

const HELP = `Movie rental on OpenFaaS, on this machine

  npm start [-- OPTIONS]     bring everything up, here until Ctrl-C
      --detach               continue in the background once everything is ready
      --fresh                begin with empty data
  npm stop                   stop what npm start started
  npm run status [-- --json] addresses and passwords, and how each part is
  npm run part -- stop|start|restart NAME
                             control one server, the provider or a connector
  npm run logs -- NAME [-f]  what a server, the provider or a connector wrote
  npm run mail [-- --json]   the mails that were sent
  npm run demo               a tour of the system
  npm run admin -- grant|revoke USER
                             make a user an administrator, or no longer one
  npm run dlq -- list|show|redrive|drop [ID… | --all] [--json]
                             what could not be published or handled
  npm run cache -- verify|rebuild
                             compare movies_cache with movie, or rebuild it
  npm test [-- OPTIONS]      all tests; the options are jest's
  npm run test:compose [-- --required] [jest's own options]
                             everything as containers; skipped if there is no engine
  npm run doctor             what npm start needs, what is missing and how to fix it
  npm run build              bundle functions, connectors and provider into dist/

MYSQL_URL, KAFKA_BROKERS and RABBITMQ_URL make npm start use those servers instead of its own.
MOVIES_TOPIC=name makes it use that Kafka topic instead of “movies”.
TRUSTED_PROXIES=10.0.0.0/8 makes Nginx believe proxies there about whose request they pass on.
GATEWAY_UPSTREAMS=host:port,host:port makes Nginx spread its load over those gateways.
`;

/** Each is a file of `commands/`. */
const COMMANDS = [
  ...['start', 'stop', 'status', 'part', 'logs', 'mail', 'demo', 'admin', 'dlq', 'cache'],
  ...['doctor', 'build', 'servers'],
];

/** Runs a command with its arguments, and gives the process' exit code. */
type Command = { run(args: string[]): Promise<number> };

async function main([name = '--help', ...args]: string[]): Promise<number> {
  if (name === '--help' || name === 'help' || args.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  if (!COMMANDS.includes(name)) {
    console.error(`There is no command “${name}”.\n\n${HELP}`);
    return 1;
  }
  const command: Command = await import(`./commands/${name}.ts`);
  return command.run(args);
}

/** What the user reads of an error that ended a command. */
function explain(error: unknown): unknown {
  if (error instanceof SoftwareMissing) {
    return `${error.message}\n\n${ELSEWHERE}\nnpm run doctor says more.`;
  }
  return storageFault(error) ?? (error instanceof Error ? error.message : error);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
process.exit();
