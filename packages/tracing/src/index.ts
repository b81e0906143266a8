export { openTracer } from './open-tracer.ts';
export type { Span, SpanOptions, Tracer } from './tracer.ts';
export { untraced } from './untraced.ts';
