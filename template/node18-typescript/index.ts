import * as handlerModule from './function/handler.ts';
import { run } from './runtime/run.ts';

await run(handlerModule);
