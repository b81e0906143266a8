/** The servers' images, each of one release: the same ones as in docker-compose.yml. */
export const IMAGES = {
  mysql: 'mysql:8.4.6',
  kafka: 'confluentinc/cp-kafka:8.1.1',
  rabbitmq: 'rabbitmq:4.1.4-management',
  nginx: 'nginx:1.28.0',
} as const;
