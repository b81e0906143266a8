export { createLogger, type Logger } from '@movie-rental/runtime/logger';
export { createHealth, type Health, type Watched } from './health.ts';
export { type Facts, type Heartbeat, startHeartbeat } from './heartbeat.ts';
export { createMetrics, type Metrics, type Sample } from './metrics.ts';
export { isPassing } from './passing.ts';
export { type ConnectorContext, type ConnectorDefinition, runConnector } from './run-connector.ts';
export { runTask, type TaskDefinition } from './run-task.ts';
export { COMMON_SETTINGS } from './settings.ts';
export {
  aborted,
  type ChildSignal,
  childSignal,
  pause,
  type Retrying,
  retryForever,
  Stopped,
  settledOrAborted,
} from './waiting.ts';
