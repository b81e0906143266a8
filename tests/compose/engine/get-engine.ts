import type { Session } from '../../../local/src/bringup/session.ts';
import type { Engine } from './engine.ts';
import { startOwnEngine } from './own-engine.ts';
import { findRunningEngine } from './running-engine.ts';

/** An engine that answers. */
export type ReadyEngine = {
  readonly engine: Engine;
  /** It was started for this run, which may do with it what it likes. */
  readonly isOwn: boolean;
};

/**
 * The machine's engine where it will do, else one that is started here.
 *
 * @returns why there is none, if there can be none
 */
export async function getEngine(session: Session): Promise<ReadyEngine | string> {
  const running = await findRunningEngine();
  if (typeof running !== 'string') return { engine: running, isOwn: false };
  try {
    return { engine: await startOwnEngine(session), isOwn: true };
  } catch (error) {
    if (session.signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return `${running}, and ${reason}`;
  }
}
