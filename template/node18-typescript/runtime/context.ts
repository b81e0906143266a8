import type { FunctionContext, ResponseBody, ResponseHeaders } from '../types.ts';
import type { Answer } from './answer.ts';

/** Collects a handler's answer and passes it on. */
export class Context implements FunctionContext {
  readonly #onSucceed: (answer: Answer) => void;
  readonly #onFail: (error: unknown) => void;
  #status = 200;
  #headers: ResponseHeaders = {};

  constructor(onSucceed: (answer: Answer) => void, onFail: (error: unknown) => void) {
    this.#onSucceed = onSucceed;
    this.#onFail = onFail;
  }

  status(code: number): this {
    this.#status = code;
    return this;
  }

  headers(headers: ResponseHeaders): this {
    this.#headers = { ...this.#headers, ...headers };
    return this;
  }

  succeed(value?: ResponseBody): this {
    this.#onSucceed({ status: this.#status, headers: this.#headers, value });
    return this;
  }

  fail(error: unknown): this {
    this.#onFail(error);
    return this;
  }
}
