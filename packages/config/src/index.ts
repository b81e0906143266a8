export { ConfigError, loadConfig, redact } from './load-config.ts';
