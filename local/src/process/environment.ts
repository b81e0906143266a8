/** Settings of this project's own parts and of its servers, wherever the user's shell has them from. */
const OURS = /^(MYSQL|KAFKA|RABBITMQ|ERL|SMTP|GATEWAY|OPENFAAS)_|^(PORT|HOST|secret_mount_path)$/;

/** The environment for a process that is started here: the user's, but what steers this project's parts. */
export function cleanEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.test(name)));
}
