#!/bin/sh
# Runs a command as the engine of a network, a mount and a process namespace of its own: with it ends all
# that it started, and what it mounts and sets up for its networks vanishes. Expects to be run by
# `unshare --net --mount`.
#
# engine.sh RESOLV_CONF PID_FILE COMMAND…
set -eu

resolv_conf="$1"
pid_file="$2"
shift 2

mount -t tmpfs -o mode=755 tmpfs /run
target="$(readlink -m /etc/resolv.conf)"
mkdir -p "$(dirname "$target")"
[ -e "$target" ] || : >"$target"
mount --bind "$resolv_conf" "$target"

# The shell stays outside of the process namespace; what it starts first is the namespace's first process.
# shellcheck disable=SC2016
exec unshare --pid sh -c '
  trap "kill -TERM \$first 2>/dev/null" TERM
  tini-static -- sh -c "mount -t proc proc /proc && exec \"\$@\"" sh "$@" &
  first=$!
  echo "$first" >"$0"
  wait "$first" || wait "$first"
' "$pid_file" "$@"
