import type { Session } from '../bringup/session.ts';
import { docker, imageLabel } from './docker.ts';
import type { Engine } from './engine.ts';
import { canPull } from './pull.ts';
import { STAND_INS, standInSteps } from './stand-ins.ts';

/** The label by which a stand-in says what is in it. */
const STAND_IN = 'movie-rental.stand-in';

/**
 * Gets every image into the engine, real or not.
 *
 * @returns a line about each
 */
export async function getImages(session: Session, engine: Engine): Promise<string[]> {
  await session.perform(
    (await canPull(engine))
      ? STAND_INS.map(({ image }) => ({
          title: image,
          run: async () => void (await docker(engine, 'pull', '--quiet', image)),
        }))
      : standInSteps(engine),
  );
  const lines = STAND_INS.map(async ({ image }) => {
    const what = await imageLabel(engine, image, STAND_IN);
    return what === undefined ? `${image}: the real one` : `${image}: stand-in: ${what}`;
  });
  return Promise.all(lines);
}
