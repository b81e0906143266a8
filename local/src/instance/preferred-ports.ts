/** Where `npm start` listens as long as nobody else does; what is taken is replaced and said. */
export const PREFERRED_PORTS = {
  nginx: 8000,
  gateway: 8080,
  mysql: 13_306,
  kafka: 19_092,
  rabbitmq: 5673,
  'rabbitmq management': 15_673,
} as const;
