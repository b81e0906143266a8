// First, so that what a handler writes while it loads passes through it too.
import './runtime/output.ts';
import * as handlerModule from './function/handler.ts';
import { run } from './runtime/run.ts';

await run(handlerModule);
