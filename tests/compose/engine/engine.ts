/** A Docker engine that tests use. */
export type Engine = {
  /** What tells it from others, for the user. */
  readonly description: string;
  /** What `docker` and everything else that talks to the engine needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The command by which a program runs where the engine's ports and networks are; it may be none. */
  readonly within: readonly string[];
};

/** There can be no engine here, and this is why; not a fault. */
export class NoEngine extends Error {
  override readonly name = 'NoEngine';
}
