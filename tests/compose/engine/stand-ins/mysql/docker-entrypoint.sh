#!/bin/bash
# The part of the official image's entry point that this project needs: variables MYSQL_* (also as *_FILE),
# scripts of /docker-entrypoint-initdb.d, and no TCP before the set-up is complete.
set -euo pipefail

DATA=/var/lib/mysql
SOCKET=/var/run/mysqld/mysqld.sock

# Sets the variable $1 from the file that $1_FILE names, where that is given.
from_file() {
  local file="$1_FILE"
  if [ -n "${!file:-}" ]; then export "$1=$(<"${!file}")"; fi
}

# Quotes a text for SQL.
quoted() {
  local text="${1//\\/\\\\}"
  printf "'%s'" "${text//\'/\'\'}"
}

statements() {
  if [ -n "${MYSQL_DATABASE:-}" ]; then
    echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"
  fi
  if [ -n "${MYSQL_USER:-}" ]; then
    echo "CREATE USER $(quoted "$MYSQL_USER")@'%' IDENTIFIED BY $(quoted "${MYSQL_PASSWORD:?}");"
    if [ -n "${MYSQL_DATABASE:-}" ]; then
      echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO $(quoted "$MYSQL_USER")@'%';"
    fi
  fi
  local host="${MYSQL_ROOT_HOST:-%}"
  if [ "$host" != localhost ]; then
    echo "CREATE USER 'root'@$(quoted "$host") IDENTIFIED BY $(quoted "$MYSQL_ROOT_PASSWORD");"
    echo "GRANT ALL ON *.* TO 'root'@$(quoted "$host") WITH GRANT OPTION;"
  fi
  echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(quoted "$MYSQL_ROOT_PASSWORD");"
}

set_up() {
  if [ -z "${MYSQL_ROOT_PASSWORD:-}" ] && [ -z "${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ]; then
    echo "MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE must be set" >&2
    exit 1
  fi
  MYSQL_ROOT_PASSWORD="${MYSQL_ROOT_PASSWORD:-}"
  "$@" --initialize-insecure
  "$@" --skip-networking --mysqlx=OFF &
  local server=$!
  until mysqladmin --socket="$SOCKET" -uroot --silent ping 2>/dev/null; do
    kill -0 "$server" || exit 1
    sleep 0.2
  done
  statements | mysql --socket="$SOCKET" -uroot mysql
  export MYSQL_PWD="$MYSQL_ROOT_PASSWORD"
  local script
  for script in /docker-entrypoint-initdb.d/*.sql; do
    [ -e "$script" ] && mysql --socket="$SOCKET" -uroot "${MYSQL_DATABASE:-mysql}" <"$script"
  done
  unset MYSQL_PWD
  kill "$server"
  wait "$server"
}

if [ "${1#-}" != "$1" ]; then set -- mysqld "$@"; fi
if [ "$1" = mysqld ]; then
  if [ "$(id -u)" = 0 ]; then
    chown mysql:mysql "$DATA" /var/run/mysqld
    exec setpriv --reuid=mysql --regid=mysql --init-groups "$BASH_SOURCE" "$@"
  fi
  for name in MYSQL_ROOT_PASSWORD MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD; do from_file "$name"; done
  if [ ! -d "$DATA/mysql" ]; then set_up "$@"; fi
fi
exec "$@"
