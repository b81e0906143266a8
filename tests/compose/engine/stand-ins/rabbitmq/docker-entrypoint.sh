#!/bin/bash
# Variables that the real image no longer takes are refused here too; root becomes rabbitmq.
set -euo pipefail

if [[ "$1" == rabbitmq* ]] && [ "$(id -u)" = 0 ]; then
  chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$BASH_SOURCE" "$@"
fi
for name in RABBITMQ_DEFAULT_PASS_FILE RABBITMQ_DEFAULT_USER_FILE RABBITMQ_VM_MEMORY_HIGH_WATERMARK; do
  if [ -n "${!name:-}" ]; then
    echo "error: $name is set but deprecated" >&2
    exit 1
  fi
done
# Lets the Erlang machine be the container's first process, which gets its signals.
export RUNNING_UNDER_SYSTEMD=true
exec "$@"
