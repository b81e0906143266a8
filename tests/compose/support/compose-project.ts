import { docker, lines } from './docker.ts';

/** The name that docker-compose.yml gives its project. */
const PROJECT = 'movie-rental';
const LABEL = `label=com.docker.compose.project=${PROJECT}`;

export type Service = {
  readonly ID: string;
  readonly Name: string;
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
};

/** The folder of a checkout that holds nothing but what is in the repository. */
export function checkout(): string {
  const folder = process.env.TEST_CHECKOUT;
  if (!folder) throw new Error('TEST_CHECKOUT is not set: run these tests by npm run test:compose');
  return folder;
}

/** The whole system, as `docker compose` runs it of the checkout. */
export class ComposeProject {
  readonly #files: readonly string[];

  /** @param overrides files that come after docker-compose.yml */
  constructor(...overrides: string[]) {
    this.#files = ['docker-compose.yml', ...overrides];
  }

  /** Runs `docker compose` with these files. */
  compose(...args: string[]): Promise<string> {
    const files = this.#files.flatMap((file) => ['--file', file]);
    return docker(['compose', '--progress', 'quiet', ...files, ...args], checkout());
  }

  async up(): Promise<void> {
    await this.compose('up', '--wait');
  }

  /** Ends it with its data and its functions. */
  async down(): Promise<void> {
    await this.compose('down', '--volumes', '--remove-orphans');
  }

  /** Its services' containers, also those that have ended. */
  async services(): Promise<Service[]> {
    const output = await this.compose('ps', '--all', '--orphans=false', '--format', 'json');
    return lines(output).map((line) => JSON.parse(line) as Service);
  }

  /** Whether it runs as `up` leaves it: by the service that comes last, and one that only it has. */
  async isUp(service: string): Promise<boolean> {
    const running = (await this.services()).filter(({ Health }) => Health === 'healthy');
    const names = running.map((each) => each.Service);
    return names.includes('nginx') && names.includes(service);
  }
}

/** The ids of a function's containers that run. */
export async function replicas(name: string): Promise<string[]> {
  const filters = [LABEL, `label=com.openfaas.function=${name}`].flatMap((each) => [
    '--filter',
    each,
  ]);
  return lines(await docker(['ps', '--quiet', '--no-trunc', ...filters])).sort();
}

/** Whatever the engine has of the project: containers, volumes and networks, by name. */
export async function remains(): Promise<string[]> {
  const lists = [
    ['ps', '--all', '--format', '{{.Names}}', '--filter', LABEL],
    ['volume', 'ls', '--format', '{{.Name}}', '--filter', LABEL],
    ['network', 'ls', '--format', '{{.Name}}', '--filter', LABEL],
    [
      'network',
      'ls',
      '--format',
      '{{.Name}}',
      '--filter',
      'name=^movie-rental-(edge|platform|functions|data)$',
    ],
  ];
  return (await Promise.all(lists.map(async (args) => lines(await docker(args))))).flat();
}
