/** Which provider made a container: by this one alone is it told from foreign ones. */
export const PROVIDER = 'movie-rental.provider';
/** Which replica it is, by the provider's name for it. */
export const REPLICA = 'movie-rental.provider.replica';
/** What it was made with, but for its image. */
export const CONFIGURATION = 'movie-rental.provider.configuration';
/** The image that it was made of; a tag may have moved on since. */
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
 * What makes Compose take a container for a one-off one of the provider's own service, as `docker
 * compose run` makes them. So `docker compose down` removes it with its volumes, and `up` neither
 * counts it as the service's nor warns of an orphan or removes one.
 */
export function composeLabels({ project, service }: ComposeService): Record<string, string> {
  return {
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'com.docker.compose.oneoff': 'True',
    'com.docker.compose.container-number': '1',
    // Compose passes over what has no hash, and complains of what names no files.
    'com.docker.compose.config-hash': 'none',
    'com.docker.compose.project.config_files': '',
  };
}
