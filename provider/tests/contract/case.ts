/** A provider that the contract is tried on, whatever runs its replicas. */
export interface Subject {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** An image of the probe, as this driver's deployments name it. */
  readonly image: string;
}

/** One request, and what must be answered. A path is the whole one, with its query. */
export interface Case {
  readonly name: string;
  readonly request: string;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string;
  /** Added to, or in place of, those that faas-cli sends. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly answerHeaders?: Readonly<Record<string, RegExp>>;
  /** What the answer's JSON has among others; of an ndjson answer, what its lines have. */
  readonly json?: unknown;
  readonly text?: RegExp;
  /** Comes true within some seconds. */
  readonly eventually?: true;
}

/** What a refusal looks like (RFC 9457). */
export function refusal(
  status: number,
  code: string,
  detail?: RegExp,
): Pick<Case, 'status' | 'answerHeaders' | 'json' | 'text'> {
  return {
    status,
    answerHeaders: { 'content-type': /^application\/problem\+json/ },
    json: { type: 'about:blank', status, code },
    ...(detail ? { text: detail } : {}),
  };
}
