export { type Facts, type Heartbeat, startHeartbeat } from './heartbeat.ts';
export { createLogger, type Logger } from './logger.ts';
export { isPassing } from './passing.ts';
export { type ConnectorContext, type ConnectorDefinition, runConnector } from './run-connector.ts';
export { runTask, type TaskDefinition } from './run-task.ts';
export { COMMON_SETTINGS, kafkaBrokers } from './settings.ts';
export {
  aborted,
  type ChildSignal,
  childSignal,
  pause,
  persist,
  type Retrying,
  Stopped,
  settledOrAborted,
} from './waiting.ts';
