import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@movie-rental/connector-kit/testing';
import { eventually } from '@movie-rental/testkit';
import { run } from '../../local/src/process/run.ts';
import { brokerProperties, type KafkaSoftware } from '../../local/src/servers/kafka.ts';

/** A Kafka broker that is reached by TLS and a password alone, as a managed one is. */
export interface SecuredBroker {
  brokers: string;
  /** The file of the authority that its certificate is of. */
  authority: string;
  username: string;
  password: string;
  stop(): Promise<void>;
}

const USERNAME = 'shop';
const KEYSTORE_PASSWORD = 'of-this-test';
const STARTED = 'Kafka Server started';
const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];

/** Starts a broker with nothing in it, which takes every mechanism that connectors know. */
export async function startSecuredBroker(software: KafkaSoftware): Promise<SecuredBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'secured-broker-'));
  const [port, innerPort, controllerPort] = [await freePort(), await freePort(), await freePort()];
  const password = randomBytes(12).toString('hex');
  const authority = await makeCertificate(folder, software);
  const config = join(folder, 'broker.properties');
  const inner = { port: innerPort, controllerPort };
  await writeFile(
    config,
    Object.entries({
      ...brokerProperties({ ...inner, logDir: join(folder, 'data') }),
      ...listeners({ port, innerPort, controllerPort }),
      ...security(folder, password),
    })
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const broker = await startBroker(folder, config, password, software);
  return {
    brokers: `127.0.0.1:${port}`,
    authority,
    username: USERNAME,
    password,
    stop: async () => {
      await end(broker);
      await rm(folder, { recursive: true });
    },
  };
}

/** A certificate that is its own authority. */
async function makeCertificate(folder: string, { java }: KafkaSoftware): Promise<string> {
  const keytool = (...args: string[]) =>
    run(
      join(java.home, 'bin', 'keytool'),
      [...args, '-keystore', keystoreIn(folder), '-storepass', KEYSTORE_PASSWORD],
      { env: { ...process.env, ...java.env } },
    );
  const identity = ['-dname', 'CN=127.0.0.1', '-ext', 'SAN=ip:127.0.0.1', '-validity', '2'];
  await keytool('-genkeypair', '-alias', 'broker', '-keyalg', 'EC', ...identity);
  const authority = join(folder, 'authority.pem');
  await keytool('-exportcert', '-rfc', '-alias', 'broker', '-file', authority);
  return authority;
}

const keystoreIn = (folder: string) => join(folder, 'keystore.p12');

/** The broker and its controller talk in the clear; whoever comes from outside does not. */
function listeners(ports: { port: number; innerPort: number; controllerPort: number }) {
  const [outer, inner] = [`SASL_SSL://127.0.0.1:${ports.port}`, `127.0.0.1:${ports.innerPort}`];
  return {
    listeners: `${outer},PLAINTEXT://${inner},CONTROLLER://127.0.0.1:${ports.controllerPort}`,
    'advertised.listeners': `${outer},PLAINTEXT://${inner}`,
    'listener.security.protocol.map': 'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  };
}

function security(folder: string, password: string) {
  const module = (name: string) => `org.apache.kafka.common.security.${name}LoginModule required`;
  const stores = ['ssl.keystore', 'ssl.truststore'].flatMap((store) => [
    [`${store}.location`, keystoreIn(folder)],
    [`${store}.type`, 'PKCS12'],
    [`${store}.password`, KEYSTORE_PASSWORD],
  ]);
  const scram = SCRAM.map((mechanism) => [
    `listener.name.sasl_ssl.${mechanism.toLowerCase()}.sasl.jaas.config`,
    `${module('scram.Scram')};`,
  ]);
  return {
    ...Object.fromEntries([...stores, ...scram]),
    'sasl.enabled.mechanisms': ['PLAIN', ...SCRAM].join(','),
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${module('plain.Plain')} user_${USERNAME}="${password}";`,
  };
}

async function startBroker(
  folder: string,
  config: string,
  password: string,
  { java, libraries }: KafkaSoftware,
): Promise<ChildProcess> {
  const command = join(java.home, 'bin', 'java');
  const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const main = [...jvm, `-Dlog4j2.configurationFile=${await writeLogging(folder)}`];
  const classes = ['-cp', join(libraries, '*')];
  const env = { ...process.env, ...java.env };
  const credentials = SCRAM.flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${USERNAME},password=${password}]`,
  ]);
  const format = ['format', '-t', newClusterId(), '-c', config, ...credentials];
  await run(command, [...main, ...classes, 'kafka.tools.StorageTool', ...format], { env });
  const broker = spawn(command, [...main, ...classes, 'kafka.Kafka', config], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  broker.stdout.on('data', (bytes) => {
    output += bytes;
  });
  const hasSettled = () => output.includes(STARTED) || broker.exitCode !== null;
  try {
    await eventually(hasSettled, { timeoutMs: 60_000 });
    if (broker.exitCode !== null) throw new Error(`The broker does not start:\n${output}`);
    return broker;
  } catch (error) {
    await end(broker);
    throw error;
  }
}

async function writeLogging(folder: string): Promise<string> {
  const file = join(folder, 'log4j2.properties');
  const lines = [
    'appender.console.type = Console',
    'appender.console.name = console',
    'rootLogger.level = warn',
    'rootLogger.appenderRef.console.ref = console',
    'logger.start.name = kafka.server.KafkaRaftServer',
    'logger.start.level = info',
  ];
  await writeFile(file, lines.join('\n'));
  return file;
}

/** A UUID as Kafka writes it, which may not begin with a dash. */
function newClusterId(): string {
  return `k${Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').slice(1)}`;
}

async function end(broker: ChildProcess): Promise<void> {
  if (broker.exitCode !== null) return;
  const ended = once(broker, 'close');
  broker.kill('SIGKILL');
  await ended;
}
