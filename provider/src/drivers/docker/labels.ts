/** Which provider made a container; only this tells its containers from others. */
export const PROVIDER = 'movie-rental.provider';
/** Which replica it is, by the provider's name for it. */
export const REPLICA = 'movie-rental.provider.replica';
/** What it was made with, except for its image. */
export const CONFIGURATION = 'movie-rental.provider.configuration';
/** The image that it was made from; its tag may have moved since. */
export const IMAGE = 'movie-rental.provider.image';
/** The names of the secrets that are in it. */
export const SECRETS = 'movie-rental.provider.secrets';
/** OpenFaaS's own. */
export const FUNCTION = 'com.openfaas.function';

/** One of a Compose project's services. */
export interface ComposeService {
  readonly project: string;
  readonly service: string;
}

/**
 * Makes Compose treat a container as a one-off of the provider's service (`docker compose run`).
 * So `docker compose down` removes it with its volumes, and `up` neither counts it as the service's
 * nor treats it as an orphan.
 */
export function composeLabels({ project, service }: ComposeService): Record<string, string> {
  return {
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'com.docker.compose.oneoff': 'True',
    'com.docker.compose.container-number': '1',
    // Compose ignores containers without a hash, and warns about those without files.
    'com.docker.compose.config-hash': 'none',
    'com.docker.compose.project.config_files': '',
  };
}
