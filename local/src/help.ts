/** What `--help` prints. */
export const HELP = `Movie rental on OpenFaaS, on this machine

  npm start [-- OPTIONS]     bring everything up, here until Ctrl-C
      --detach               go on in the background once all is ready
      --fresh                begin with empty data
  npm stop                   end what npm start started
  npm run status [-- --json] addresses and passwords
  npm run logs -- NAME [-f]  what a server, the provider or a connector wrote
  npm run mail [-- --json]   the mails that were sent
  npm run demo               a tour of the system
  npm run admin -- grant|revoke USER
                             make a user an administrator, or no longer one
  npm run dlq -- list|show|redrive|drop [ID… | --all] [--json]
                             what could not be published or handled
  npm run cache -- verify|rebuild
                             compare movies_cache with movie, or make it anew
  npm test [-- --only unit|int|e2e] [jest's own options]
  npm run test:compose [-- --required] [jest's own options]
                             everything as containers; skipped where there can be no engine
  npm run doctor             what npm start needs, what is missing and how to mend it
  npm run build              bundle functions, connectors and provider into dist/

MYSQL_URL, KAFKA_BROKERS and RABBITMQ_URL make npm start use those servers instead of its own.
SERVERS_FROM=containers makes it run them as containers, also where there is another way.
TRUSTED_PROXIES=10.0.0.0/8 makes Nginx believe proxies there about whose request they pass on.
GATEWAY_UPSTREAMS=host:port,host:port makes Nginx spread its load over those gateways.
`;
