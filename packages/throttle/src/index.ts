export { clientAddress } from './client-address.ts';
export { limitSetting } from './limit-setting.ts';
export { giveBack, type Limit, take } from './throttle.ts';
