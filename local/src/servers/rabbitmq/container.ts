import type { Instance } from '../../instance/instance.ts';
import type { ContainerImage } from '../../packages/container-source.ts';
import type { ServiceSpec } from '../../process/service.ts';
import { containerProcess } from '../containers.ts';
import { type BrokerFiles, brokerFiles, brokerVariables } from './settings.ts';

/** The broker's start script breaks on a space in a path, which the paths of this machine may have. */
const INSIDE: BrokerFiles = {
  data: '/var/lib/rabbitmq',
  plugins: '/etc/rabbitmq/movie-rental-plugins',
  configuration: '/etc/rabbitmq/movie-rental.conf',
};

/** How the broker runs in a container. The image's entry point would give its files to a user of its own. */
export function brokerContainer(
  instance: Instance,
  software: ContainerImage,
  ports: readonly number[],
): Promise<Pick<ServiceSpec, 'command' | 'env' | 'sweep'>> {
  const { data, plugins, configuration } = brokerFiles(instance);
  return containerProcess(instance, software, {
    server: 'rabbitmq',
    entrypoint: 'rabbitmq-server',
    env: brokerVariables(INSIDE),
    mounts: [
      { source: data, target: INSIDE.data },
      { source: plugins, target: INSIDE.plugins, readonly: true },
      { source: configuration, target: INSIDE.configuration, readonly: true },
    ],
    ports,
  });
}
