# Every image of this project but those that faas-cli builds, which have the template's own Dockerfile.
# Both bundle by the same step (template/node18-typescript/build.mjs).
#
#   docker build --target function --build-arg FUNCTION=movie-crud -t movie-rental/movie-crud .
#   docker build --target connector --build-arg CONNECTOR=outbox-relay -t movie-rental/outbox-relay .
#   docker build --target provider -t movie-rental/provider .
#   docker build --target jobs -t movie-rental/jobs .

ARG NODE_VERSION=22

# What decides which dependencies there are, so that nothing else has them installed again.
FROM node:${NODE_VERSION}-slim AS manifests
WORKDIR /build
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete \
  && find . -type d -empty -delete

FROM node:${NODE_VERSION}-slim AS bundles
WORKDIR /build
COPY --from=manifests /build ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node local/run.mjs build

FROM node:${NODE_VERSION}-slim AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Movie rental on OpenFaaS" \
      org.opencontainers.image.description="A movie rental shop as OpenFaaS functions" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /home/app
STOPSIGNAL SIGTERM
# By number, so that a cluster which forbids root can tell that this is not root.
USER 1000:1000

# The platform checks a function's health itself, at /_/health and /_/ready.
FROM runtime AS function
ARG FUNCTION
LABEL org.opencontainers.image.title="${FUNCTION}"
COPY --from=bundles --chown=1000:1000 /build/dist/functions/${FUNCTION} ./
EXPOSE 8080 8081
CMD ["node", "--enable-source-maps", "index.mjs"]

FROM runtime AS connector
ARG CONNECTOR
LABEL org.opencontainers.image.title="${CONNECTOR}"
COPY --from=bundles --chown=1000:1000 /build/dist/connectors/${CONNECTOR}.mjs ./index.mjs
COPY --from=bundles --chown=1000:1000 /build/dist/connectors/${CONNECTOR}.mjs.map ./index.mjs.map
ENV HEALTH_PORT=8081
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/readyz`).then(({ok}) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "index.mjs"]

FROM runtime AS provider
LABEL org.opencontainers.image.title="OpenFaaS provider for Docker"
# It becomes user 1000 itself, once it has joined the group that may use Docker's socket.
USER root
RUN install -d -o 1000 -g 1000 -m 700 /var/lib/provider
COPY --from=bundles --chown=1000:1000 /build/dist/provider.mjs /build/dist/provider.mjs.map ./
ENV HOST=0.0.0.0 PORT=8080 DRIVER=docker STATE_DIR=/var/lib/provider
VOLUME /var/lib/provider
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ok}) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "provider.mjs"]

# One-shot tasks: secrets.mjs, migrate.mjs, administrator.mjs, deploy.mjs; and what an operator asks for:
# dlq.mjs, admin.mjs.
FROM runtime AS jobs
LABEL org.opencontainers.image.title="One-shot tasks of the movie rental"
COPY --from=bundles --chown=1000:1000 /build/dist/jobs ./
COPY --from=bundles --chown=1000:1000 /build/db/migrations ./migrations/
COPY --from=bundles --chown=1000:1000 /build/stack.yml ./
COPY --from=bundles --chown=1000:1000 /build/template/node18-typescript/template.yml ./template/node18-typescript/
ENTRYPOINT ["node", "--enable-source-maps"]
