# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# An installation: a data directory with a file `settings` that says what it was made with, so that up, down, status and
# billctl agree about it without being told again. Needs all the other files of this directory.

# installation_default: /var/lib/duebook for root, the XDG state directory of anybody else.
installation_default() {
    if is_root; then
        printf /var/lib/duebook
    else
        printf '%s' "${XDG_STATE_HOME:-$HOME/.local/state}/duebook"
    fi
}

# installation_exists DATA
installation_exists() { [ -s "$1/settings" ]; }

# installation_load DATA: sets PORT_BASE, TEST_CLOCK, OWN_KAFKA, OWN_DATABASE and KAFKA.
installation_load() {
    installation_exists "$1" || die "nothing is installed in $1; deploy/local/up makes it"
    # shellcheck source=/dev/null
    . "$1/settings"
    KAFKA=${EXTERNAL_KAFKA:-127.0.0.1:$((PORT_BASE + 11))}
}

# installation_save DATA PORT_BASE TEST_CLOCK OWN_KAFKA OWN_DATABASE EXTERNAL_KAFKA
installation_save() {
    local data=$1
    {
        printf '# Made by deploy/local/up; what this installation was made with.\n'
        printf 'PORT_BASE=%s\nTEST_CLOCK=%s\nOWN_KAFKA=%s\nOWN_DATABASE=%s\n' "$2" "$3" "$4" "$5"
        printf 'EXTERNAL_KAFKA=%q\n' "$6"
    } >"$data/settings.new"
    mv "$data/settings.new" "$data/settings"
}

# installation_processes: what this installation runs, in the order of starting. After installation_load.
installation_processes() {
    [ "$OWN_DATABASE" = 0 ] || printf 'postgres\n'
    [ "$OWN_KAFKA" = 0 ] || printf 'kafka\n'
    printf '%s\n' "${DUEBOOK_SERVICES[@]}" nginx
}

# installation_ports PROCESS: the ports that it listens on. After installation_load.
installation_ports() {
    case $1 in
    postgres) printf '%s' $((PORT_BASE + 10)) ;;
    kafka) printf '%s %s' $((PORT_BASE + 11)) $((PORT_BASE + 12)) ;;
    nginx) printf '%s' "$PORT_BASE" ;;
    *) service_port "$PORT_BASE" "$1" ;;
    esac
}

# installation_ready DATA PROCESS: asks the process itself. After installation_load.
installation_ready() {
    case $2 in
    postgres) postgres_answers "$1" $((PORT_BASE + 10)) ;;
    kafka) port_open $((PORT_BASE + 11)) ;;
    nginx) port_open "$PORT_BASE" ;;
    *) service_ready "$(service_port "$PORT_BASE" "$2")" ;;
    esac
}

# installation_environment DATA: DATA/env, what billctl and the demonstration need to find their way: addresses and the
# names of secret files, no secret.
installation_environment() {
    local data=$1 service
    {
        printf '# Written by deploy/local/up at every start; sourced by deploy/local/billctl.\n'
        printf 'BILLING_KAFKA=%q\n' "$KAFKA"
        printf 'BILLING_URL=http://127.0.0.1:%s\n' "$PORT_BASE"
        printf 'BILLING_DATABASE_FILE=%q\n' "$data/secrets/database-duebook_reader"
        printf 'BILLING_MIGRATION_DATABASE_FILE=%q\n' "$data/secrets/database-duebook_migrator"
        for service in "${DUEBOOK_SERVICES[@]}"; do
            printf 'BILLING_DATABASE_%s_FILE=%q\n' "${service^^}" "$data/secrets/database-duebook_$service"
            printf 'BILLING_URL_%s=http://127.0.0.1:%s\n' "${service^^}" "$(service_port "$PORT_BASE" "$service")"
        done
        printf 'BILLING_BOOTSTRAP_TOKEN_FILE=%q\nBILLING_TOKEN_FILE=%q\n' "$data/secrets/bootstrap-token" "$data/secrets/bootstrap-token"
        printf 'BILLING_VAULT_KEY_FILE=%q\n' "$data/secrets/vault-key"
        printf 'BILLING_TEST_CLOCK=%s\nBILLING_SHARDS=%s\n' "$TEST_CLOCK" "$DUEBOOK_SHARDS"
    } >"$data/env.new"
    chmod 644 "$data/env.new"
    mv "$data/env.new" "$data/env"
}

# external_database_parse: from BILLING_DATABASE, a URI or keyword text, sets EXTERNAL_DATABASE_ADDRESS (where),
# EXTERNAL_DATABASE_USER, EXTERNAL_DATABASE_PASSWORD and DUEBOOK_DATABASE (the database named, else duebook).
external_database_parse() {
    local parsed
    parsed=$(python3 "$DUEBOOK_LIB/conninfo.py") || die "BILLING_DATABASE cannot be read"
    {
        read -r EXTERNAL_DATABASE_ADDRESS
        read -r EXTERNAL_DATABASE_USER
        read -r DUEBOOK_DATABASE
        read -r EXTERNAL_DATABASE_PASSWORD
    } <<<"$parsed"$'\n'
}

# external_postgres DATABASE ARGS…: psql as the administrator that BILLING_DATABASE names, on any database of its server.
external_postgres() (
    database=$1
    shift
    [ -z "$EXTERNAL_DATABASE_PASSWORD" ] || export PGPASSWORD=$EXTERNAL_DATABASE_PASSWORD
    export PGCONNECT_TIMEOUT=5
    "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 \
        -d "$EXTERNAL_DATABASE_ADDRESS $EXTERNAL_DATABASE_USER dbname=$database" "$@"
)
