import type { Tracer } from './tracer.ts';
import { untraced } from './untraced.ts';

/**
 * The tracer of a service. It sends its spans where OpenTelemetry's own variable
 * `OTEL_EXPORTER_OTLP_ENDPOINT` says, by OTLP over HTTP; where that is not set it traces nothing, and
 * OpenTelemetry's code is not even run.
 *
 * @param service its name in traces
 */
export async function openTracer(
  service: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Tracer> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) return untraced;
  const { otlpTracer } = await import('./otlp-tracer.ts');
  return otlpTracer(service, env.OTEL_EXPORTER_OTLP_ENDPOINT);
}
