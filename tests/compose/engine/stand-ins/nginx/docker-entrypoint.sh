#!/bin/sh
# As the real image: templates become configuration where the command is nginx, and nothing but variables of
# the environment whose name matches NGINX_ENVSUBST_FILTER is replaced.
set -eu

templates="${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}"
suffix="${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}"
output="${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}"

fill_templates() {
  if [ ! -w "$output" ]; then
    echo "$0: ERROR: $templates exists, but $output is not writable"
    return
  fi
  variables="$(awk 'BEGIN {
    for (name in ENVIRON) if (name ~ ENVIRON["NGINX_ENVSUBST_FILTER"]) printf "${%s} ", name
  }')"
  find "$templates" -follow -type f -name "*$suffix" | while read -r template; do
    path="${template#"$templates"/}"
    mkdir -p "$output/$(dirname "$path")"
    envsubst "$variables" <"$template" >"$output/${path%"$suffix"}"
  done
}

if [ "$1" = nginx ]; then
  if [ -d "$templates" ]; then fill_templates; fi
  for script in /docker-entrypoint.d/*.sh; do
    if [ -x "$script" ]; then "$script"; fi
  done
fi
exec "$@"
