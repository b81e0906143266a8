export { passwordConfig } from './config.ts';
export { openPasswords, type PasswordOptions, type Passwords } from './passwords.ts';
