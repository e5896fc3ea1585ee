# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A private PostgreSQL cluster in DATA/postgres: 127.0.0.1 only, passwords only, its own roles. Clusters of the
# distribution are not touched. Needs common.sh and process.sh.
# DATA/secrets/postgres-<role> holds the password, DATA/secrets/database-<role> the complete connection text of libpq.

DUEBOOK_DATABASE=duebook
DUEBOOK_DATABASE_ADMIN=postgres

# postgres_bin: the directory with initdb; the newest where several are installed.
postgres_bin() {
    local directory found=
    for directory in /usr/lib/postgresql/*/bin; do
        [ -x "$directory/initdb" ] && found=$directory
    done
    [ -n "$found" ] || die "no PostgreSQL server found under /usr/lib/postgresql"
    printf '%s' "$found"
}

# Every role: the migrator owns the schemas, a service may only use its own, the reader (billctl prove) reads all.
postgres_roles() {
    local service
    printf '%s\n' duebook_migrator duebook_reader
    for service in "${DUEBOOK_SERVICES[@]}"; do
        printf 'duebook_%s\n' "$service"
    done
}

# postgres_init DATA PORT: makes the cluster once.
postgres_init() {
    local data=$1 port=$2 bin sockets
    bin=$(postgres_bin)
    secret_ensure "$data/secrets/postgres-$DUEBOOK_DATABASE_ADMIN" 24
    if [ ! -s "$data/postgres/PG_VERSION" ]; then
        mkdir -p "$data/postgres"
        chmod 700 "$data/postgres"
        own "$data/postgres"
        as_user "$bin/initdb" --pgdata="$data/postgres" --username="$DUEBOOK_DATABASE_ADMIN" --encoding=UTF8 \
            --locale=C.UTF-8 --data-checksums --auth=scram-sha-256 \
            --pwfile="$data/secrets/postgres-$DUEBOOK_DATABASE_ADMIN" >"$data/log/initdb.log" 2>&1 || {
            log_tail "$data/log/initdb.log"
            die "initdb failed"
        }
    elif [ "$(cat "$data/postgres/PG_VERSION")" != "$("$bin/postgres" --version | grep -oE '[0-9]+' | head -1)" ]; then
        die "$data/postgres was made by PostgreSQL $(cat "$data/postgres/PG_VERSION"), installed is $("$bin/postgres" --version)"
    fi
    # The kernel cuts socket paths at 107 bytes; without a short one TCP must do.
    sockets="$data/run/postgres"
    [ ${#sockets} -le 85 ] || sockets=
    if [ -n "$sockets" ]; then
        mkdir -p "$sockets"
        chmod 700 "$sockets"
        own "$sockets"
    fi
    # Our settings come last and whole in one file, so that a changed port is a changed port.
    {
        printf "# Written by deploy/local at every start.\n"
        printf "listen_addresses = '127.0.0.1'\nport = %s\nunix_socket_directories = '%s'\n" "$port" "$sockets"
        printf "max_connections = 200\nshared_buffers = 256MB\nmax_wal_size = 2GB\n"
        # Compressed full-page images: the write-ahead log is what a laptop's disk feels first.
        printf "wal_compression = on\n"
        # A session that forgot its transaction holds locks that others wait for.
        printf "idle_in_transaction_session_timeout = 60s\nlog_line_prefix = '%%m [%%p] %%u@%%d '\n"
        # A failed statement may carry personal data; the message alone is enough to find it.
        printf "log_min_error_statement = panic\n"
    } >"$data/postgres/duebook.conf"
    own "$data/postgres/duebook.conf"
    grep -q "^include 'duebook.conf'" "$data/postgres/postgresql.conf" ||
        printf "include 'duebook.conf'\n" >>"$data/postgres/postgresql.conf"
}

# postgres_answers DATA PORT: a real query as the administrator, not just an open port.
postgres_answers() { postgres_admin "$1" "$2" postgres -c 'SELECT 1'; }

# postgres_admin DATA PORT DATABASE ARGS…: psql as the administrator of our own cluster.
postgres_admin() {
    local data=$1 port=$2 database=$3
    shift 3
    PGPASSWORD=$(cat "$data/secrets/postgres-$DUEBOOK_DATABASE_ADMIN") PGCONNECT_TIMEOUT=5 \
        "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U "$DUEBOOK_DATABASE_ADMIN" \
        -d "$database" "$@"
}

# postgres_start DATA PORT: cluster, roles and database, each made only where it is missing.
postgres_start() {
    local data=$1 port=$2
    postgres_init "$data" "$port"
    if ! process_pid "$data" postgres >/dev/null; then
        postgres_unlock "$data"
        process_start "$data" postgres "$(postgres_bin)/postgres" -D "$data/postgres"
    fi
    process_wait "$data" postgres 60 postgres_answers "$data" "$port"
    postgres_provision "$data" "host=127.0.0.1 port=$port" postgres_admin "$data" "$port"
}

# postgres_unlock DATA: after a kill -9 the lock files stay, and the pid in them may be a stranger's by now, or a zombie that
# nobody has collected yet: PostgreSQL would refuse to start. But a backend that outlived its postmaster still writes to
# the shared memory, so first wait until nothing works in this directory.
postgres_unlock() {
    local data=$1 tries=0
    [ -f "$data/postgres/postmaster.pid" ] || return 0
    while [ -n "$(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$(realpath "$data/postgres")" -print -quit 2>/dev/null)" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || die "a PostgreSQL that we did not start works in $data/postgres"
        sleep 0.1
    done
    rm -f "$data/postgres/postmaster.pid" "$data"/run/postgres/.s.PGSQL.*
}

# postgres_provision DATA ADDRESS PSQL…: roles and the database. PSQL… is a command that takes a database and psql's
# arguments; ADDRESS is the part of a connection text that says where. One round trip when everything is there.
postgres_provision() {
    local data=$1 address=$2 role file known
    shift 2
    known=$("$@" postgres -At -c "SELECT 1 FROM pg_database WHERE datname = '$DUEBOOK_DATABASE'") ||
        die "PostgreSQL does not answer"
    if [ "$known" != 1 ] || [ ! -s "$data/secrets/database-duebook_reader" ]; then
        for role in $(postgres_roles); do
            secret_ensure "$data/secrets/postgres-$role" 24
        done
        # The passwords go through standard input: arguments are for everybody to read in /proc.
        for role in $(postgres_roles); do
            file=$data/secrets/postgres-$role
            printf "DO \$\$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '%s') THEN CREATE ROLE %s; END IF; END \$\$;\n" "$role" "$role"
            printf "ALTER ROLE %s LOGIN PASSWORD '%s';\n" "$role" "$(cat "$file")"
        done | "$@" postgres -f - >/dev/null
        if [ "$known" != 1 ]; then
            "$@" postgres -c "CREATE DATABASE $DUEBOOK_DATABASE OWNER duebook_migrator TEMPLATE template0 ENCODING 'UTF8'"
            # A database of our own admits nobody else; somebody else's database keeps its own rules.
            "$@" "$DUEBOOK_DATABASE" -c "REVOKE ALL ON DATABASE $DUEBOOK_DATABASE FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC"
        fi
        "$@" "$DUEBOOK_DATABASE" >/dev/null <<SQL
SET client_min_messages = warning;
GRANT CONNECT, TEMPORARY ON DATABASE $DUEBOOK_DATABASE TO $(postgres_roles | paste -sd, -);
GRANT CREATE ON DATABASE $DUEBOOK_DATABASE TO duebook_migrator;
GRANT pg_read_all_data TO duebook_reader;
SQL
    fi
    # Written at every start: the port may have changed.
    for role in $(postgres_roles); do
        secret_write "$data/secrets/database-$role" \
            "$address dbname=$DUEBOOK_DATABASE user=$role password=$(cat "$data/secrets/postgres-$role")"
    done
}

# postgres_stop DATA: a fast shutdown; clients are cut, transactions rolled back, nothing is lost.
postgres_stop() { process_stop "$1" postgres INT 60; }
