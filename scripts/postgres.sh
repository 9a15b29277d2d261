#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and benches, from Debian's packages.
#
#   scripts/postgres.sh start   starts it if it is not running
#   scripts/postgres.sh url     starts it and prints the address of its administrator
#   scripts/postgres.sh stop    stops it and throws it away
#
# PHB_PG_DURABLE=1 gives a second one that syncs to disk, for benches.
# PHB_PG_DIR says where to keep it (a folder that everybody may pass through).
# PHB_PG_TLS names a folder with server.crt and server.key: it then listens on
# 127.0.0.1, at the port in PHB_PG_PORT, and encrypts for whoever asks for it.
set -euo pipefail

kind=quick
[ "${PHB_PG_DURABLE:-0}" = 1 ] && kind=durable
dir=${PHB_PG_DIR:-${TMPDIR:-/tmp}/openphb-postgres-$(id -u)}/$kind
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
if [ -z "$bin" ]; then
    echo "PostgreSQL is not installed. On Debian: apt-get install postgresql. Or set PHB_TEST_POSTGRES to an administrator's address." >&2
    exit 1
fi

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

mkdir -p "$dir"
[ "$(id -u)" = 0 ] && chown postgres:postgres "$dir"
exec 9>"$dir.lock"
flock 9

running() { [ -f "$dir/data/postmaster.pid" ] && as_owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; }

start() {
    running && return
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        rm -rf "$dir/data"
        (cd / && as_owner "$bin/initdb" -D "$dir/data" -U phb --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1) \
            || { cat "$dir/initdb.log" >&2; exit 1; }
    fi
    sync=off
    [ "$kind" = durable ] && sync=on
    tls=
    if [ -n "${PHB_PG_TLS:-}" ]; then
        cp "$PHB_PG_TLS/server.crt" "$PHB_PG_TLS/server.key" "$dir"
        # PostgreSQL wants a key that nobody else can read.
        [ "$(id -u)" = 0 ] && chown postgres:postgres "$dir/server.crt" "$dir/server.key"
        chmod 600 "$dir/server.key"
        tls="-c listen_addresses=127.0.0.1 -c port=$PHB_PG_PORT -c ssl=on -c ssl_cert_file=$dir/server.crt -c ssl_key_file=$dir/server.key"
    fi
    (cd / && as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start -o "-c listen_addresses='' -c unix_socket_directories=$dir -c fsync=$sync -c full_page_writes=$sync -c synchronous_commit=on -c max_connections=300 -c shared_buffers=64MB -c autovacuum_naptime=10s $tls" >/dev/null 9>&-) \
        || { tail -20 "$dir/server.log" >&2; exit 1; }
}

case "${1:-}" in
start) start ;;
url) start; echo "postgres://phb@${dir//\//%2F}/postgres" ;;
stop) running && (cd / && as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null); rm -rf "$dir" ;;
*) sed -n '2,11p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2 ;;
esac
