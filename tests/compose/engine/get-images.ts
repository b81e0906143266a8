import type { Session } from '../../../local/src/bringup/session.ts';
import { docker, imageLabel } from './docker.ts';
import type { Engine } from './engine.ts';
import { canPull } from './pull.ts';
import { makeStandIns, STAND_INS } from './stand-ins.ts';

/** The label by which a stand-in says what is in it. */
const STAND_IN = 'movie-rental.stand-in';

/**
 * Gets every image into the engine, real or not.
 *
 * @returns a line about each
 */
export async function getImages(session: Session, engine: Engine): Promise<string[]> {
  const pulls = await canPull(engine);
  await session.perform(async (step) => {
    if (!pulls) return makeStandIns(step, engine);
    const pull = (image: string) => docker(engine, 'pull', '--quiet', image);
    await Promise.all(STAND_INS.map(({ image }) => step(image, [], () => pull(image))));
  });
  const lines = STAND_INS.map(async ({ image }) => {
    const what = await imageLabel(engine, image, STAND_IN);
    return what === undefined ? `${image}: the real one` : `${image}: stand-in: ${what}`;
  });
  return Promise.all(lines);
}
