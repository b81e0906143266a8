import type { Tracer } from './tracer.ts';

/** Traces nothing and hands on what it gets, so that a trace goes on through a service that is silent. */
export const untraced: Tracer = {
  span: ({ traceparent }, work) => work({ traceparent, set: () => {}, fail: () => {} }),
  close: async () => {},
};
