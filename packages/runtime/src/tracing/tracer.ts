/** What a span says of itself beside its name; OpenTelemetry's semantic conventions name the keys. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A piece of work as a trace shows it. */
export interface SpanOptions {
  readonly name: string;
  /** `server` answers a request, `producer` publishes, `consumer` handles what was published. */
  readonly kind: 'server' | 'producer' | 'consumer';
  /** What it continues (W3C Trace Context); undefined begins a trace. */
  readonly traceparent?: string | undefined;
  readonly attributes?: Attributes;
}

/** A span while its work is done. */
export interface Span {
  /** What the work hands on, for others to continue; where nothing is traced, what it got itself. */
  readonly traceparent: string | undefined;
  set(attributes: Attributes): void;
  /** Marks it as failed, where the work does not throw. */
  fail(reason: string): void;
}

/** A thing with the span of the work on it. */
export interface Traced<Item> {
  readonly item: Item;
  readonly span: Span;
}

/** Makes spans of a service's work. */
export interface Tracer {
  /** Does work within a span, which ends with it. What the work throws fails the span and is thrown. */
  span<Result>(options: SpanOptions, work: (span: Span) => Promise<Result>): Promise<Result>;
  /** Does work on several things at once, each of which has a span in a trace of its own. */
  spans<Item, Result>(
    items: readonly Item[],
    describe: (item: Item) => SpanOptions,
    work: (traced: readonly Traced<Item>[]) => Promise<Result>,
  ): Promise<Result>;
  /** Sends what was not sent yet, for some seconds at most. Never rejects. */
  close(): Promise<void>;
}
