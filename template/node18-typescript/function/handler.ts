import type { FunctionContext, FunctionEvent } from 'node18-typescript';

export default async (event: FunctionEvent, context: FunctionContext) =>
  context.status(200).succeed({ message: 'Hello from OpenFaaS', method: event.method });
