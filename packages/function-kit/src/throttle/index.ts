export { clientAddress } from './client-address.ts';
export { limitSetting } from './limit-setting.ts';
export type { Limit } from './throttle.ts';
export { withinLimits } from './within-limits.ts';
