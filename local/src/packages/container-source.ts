import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { run } from '../process/run.ts';
import { type Engine, findEngine } from './container-engine.ts';
import type { Source } from './source.ts';

/** A server's image that an engine has. */
export type ContainerImage = { readonly engine: Engine; readonly image: string };

export function isContainerImage(software: object): software is ContainerImage {
  return 'engine' in software && 'image' in software;
}

/** What a source of containers can be told apart by. */
export const CONTAINER = 'container';

type Options = {
  /** Gives the reason why an engine does not do. */
  readonly refuses?: (engine: Engine) => string | undefined;
  /** Tells the user that a pull has begun. */
  readonly say?: (message: string) => void;
  readonly find?: () => Promise<Engine | undefined>;
};

const execute = promisify(execFile);

async function hasImage({ docker }: Engine, image: string): Promise<boolean> {
  return execute(docker, ['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  );
}

/**
 * A server from an image, which is pulled where the engine does not have it. Gives nothing where Docker
 * does not answer; fails with the pull's own words where the image cannot be had.
 */
export function containerSource(
  image: string,
  { refuses = () => undefined, say = console.error, find = findEngine }: Options = {},
): Source<ContainerImage> {
  return {
    name: CONTAINER,
    isCached: async () => {
      const engine = await find().catch(() => undefined);
      return engine !== undefined && (await hasImage(engine, image));
    },
    async find() {
      const engine = await find();
      if (engine === undefined) return undefined;
      const reason = refuses(engine);
      if (reason !== undefined) throw new Error(reason);
      if (!(await hasImage(engine, image))) {
        say(`pulling the image ${image}, once; it takes as long as the network does`);
        await run(engine.docker, ['pull', '--quiet', image]);
      }
      return { engine, image };
    },
  };
}
