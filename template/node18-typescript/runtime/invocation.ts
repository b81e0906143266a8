import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionModule } from '../types.ts';
import { type Answer, resetAnswer, writeAnswer } from './answer.ts';
import type { Config } from './config.ts';
import {
  BodyTooLarge,
  ClientGone,
  Context,
  Event,
  MalformedJson,
  parseBody,
  readBody,
  streamBody,
} from './event.ts';
import { logError } from './output.ts';
import { requestIdOf, sendProblem } from './problem.ts';

/** One request on its way through the handler: it is answered exactly once, whatever happens. */
export class Invocation {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #config: Config;
  readonly #event: Event;
  readonly #context: Context;
  #abort: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #over = false;
  #answered = false;

  constructor(request: IncomingMessage, response: ServerResponse, config: Config) {
    this.#request = request;
    this.#response = response;
    this.#config = config;
    this.#event = new Event(request, () => this.#signal());
    this.#context = new Context(
      (answer) => this.#succeed(answer),
      (error) => this.#fail(error),
    );
    response.once('close', () => this.#end());
  }

  /** Runs the handler. Never rejects. */
  async run(module: FunctionModule): Promise<void> {
    try {
      await this.#readBody(module);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (this.#over) return;
    this.#limit(this.#config.execTimeout, () => {
      this.#problem(504, 'timeout', 'The function took too long');
      this.#abort?.abort(new Error('exec_timeout has passed'));
    });
    try {
      const pending = module.default(this.#event, this.#context);
      const result = await pending;
      // A plain function that returned nothing may answer from a callback; a promise has ended.
      const mayAnswerLater = result === undefined && !isPromise(pending);
      if (result !== this.#context && !mayAnswerLater) this.#finish(result);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #readBody({ body = 'json' }: FunctionModule): Promise<void> {
    if (body === 'stream') {
      const stream = streamBody(this.#request);
      this.#response.once('close', () => stream.destroy());
      this.#event.body = stream;
      return;
    }
    const bytes = await readBody(this.#request, this.#config.maxBodyBytes);
    this.#event.rawBody = bytes;
    this.#event.body =
      body === 'raw' ? bytes : parseBody(bytes, this.#request.headers['content-type']);
  }

  #refuse(error: unknown): void {
    if (error instanceof BodyTooLarge) {
      const limit = this.#config.maxBodyBytes;
      this.#problem(413, 'body_too_large', `The body is longer than ${limit} bytes`);
    } else if (error instanceof MalformedJson) {
      this.#problem(400, 'malformed_json', error.message);
    } else if (!(error instanceof ClientGone)) {
      this.#fail(error);
    }
  }

  #finish(result: unknown): void {
    if (!this.#answered) this.#context.succeed(result as Answer['value']);
  }

  #succeed(answer: Answer): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#limit(this.#config.writeTimeout, () => this.#response.destroy());
    try {
      writeAnswer(this.#response, answer, (error) => this.#breakOff(error));
    } catch (error) {
      this.#breakOff(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#answered) {
      this.#log('The handler failed after it had answered', error);
    } else {
      this.#answered = true;
      this.#breakOff(error);
    }
  }

  /** Answers 500 if nothing was sent yet, and otherwise cuts the answer short. */
  #breakOff(error: unknown): void {
    if (this.#over) return;
    this.#log('The handler failed', error);
    if (this.#response.headersSent) {
      this.#response.destroy();
      return;
    }
    resetAnswer(this.#response);
    this.#send(500, 'internal_error', 'Something went wrong inside the function');
  }

  #problem(status: number, code: string, detail: string): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#send(status, code, detail);
  }

  #send(status: number, code: string, detail: string): void {
    const { path: instance, headers } = this.#event;
    const requestId = requestIdOf(headers);
    sendProblem(this.#response, { status, code, detail, instance, requestId });
  }

  #limit(milliseconds: number, onTime: () => void): void {
    clearTimeout(this.#timer);
    if (milliseconds > 0 && !this.#over) this.#timer = setTimeout(onTime, milliseconds);
  }

  #signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#over) this.#abort.abort();
    return this.#abort.signal;
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    if (!this.#response.writableFinished) this.#abort?.abort(new ClientGone('The client left'));
  }

  #log(msg: string, error: unknown): void {
    logError(msg, error, {
      call_id: this.#event.headers['x-call-id'],
      method: this.#event.method,
      path: this.#event.path,
    });
  }
}

function isPromise(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
