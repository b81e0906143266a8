export { openTracer } from './open-tracer.ts';
export type { Span, SpanOptions, Traced, Tracer } from './tracer.ts';
export { untraced } from './untraced.ts';
