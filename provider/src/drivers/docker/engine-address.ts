/** Where a Docker engine listens, as an HTTP client needs it. */
export interface EngineAddress {
  readonly origin: string;
  /** The Unix socket in place of a host and port. */
  readonly socketPath?: string;
}

/**
 * Reads `DOCKER_HOST` as Docker's own client does: `unix:///path` or `tcp://host:port`.
 * @throws Error for any other form.
 */
export function parseEngineAddress(text: string): EngineAddress {
  if (URL.canParse(text)) {
    const { protocol, host, port, pathname } = new URL(text);
    if (protocol === 'unix:' && !host && pathname) {
      return { origin: 'http://docker', socketPath: pathname };
    }
    if (protocol === 'tcp:' && port) return { origin: `http://${host}` };
  }
  throw new Error('must be unix:///path or tcp://host:port');
}
