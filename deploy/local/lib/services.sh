# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The five services: installed into DATA/bin, migrated, started, waited for. Needs common.sh, process.sh and the
# connection texts that postgres.sh wrote.

# service_port BASE SERVICE: invoicing is BASE + 1 and so on, in the order of DUEBOOK_SERVICES.
service_port() {
    local offset=1 service
    for service in "${DUEBOOK_SERVICES[@]}"; do
        [ "$service" = "$2" ] && { printf '%s' $(($1 + offset)); return 0; }
        offset=$((offset + 1))
    done
    die "no service is called $2"
}

# data_prepare DATA: the directories of an installation, and the secrets that do not depend on a database.
# What the user of Duebook may write is postgres/, kafka/ and log/; programs and pid files stay with who started them.
data_prepare() {
    local data=$1
    mkdir -p "$data/bin" "$data/log" "$data/run" "$data/secrets"
    enterable "$data"
    chmod 711 "$data/secrets"
    secret_ensure "$data/secrets/vault-key" 32
    secret_ensure "$data/secrets/bootstrap-token" 32
}

# services_install DATA BIN: copies the programs, each by a rename, because a running program's file cannot be written.
services_install() {
    local data=$1 bin=$2 name
    for name in billctl "${DUEBOOK_SERVICES[@]/#/duebook-}"; do
        [ -x "$bin/$name" ] || die "$bin/$name was not built"
        cmp -s "$bin/$name" "$data/bin/$name" && continue
        cp "$bin/$name" "$data/bin/$name.new"
        chmod 755 "$data/bin/$name.new"
        mv "$data/bin/$name.new" "$data/bin/$name"
    done
}

# services_migrate DATA: each service brings its own schema to its own version; one that fails stops the start.
services_migrate() {
    local data=$1 service
    for service in "${DUEBOOK_SERVICES[@]}"; do
        BILLING_MIGRATION_DATABASE_FILE=$data/secrets/database-duebook_migrator \
            BILLING_DATABASE_FILE=$data/secrets/database-duebook_$service \
            as_user env -u BILLING_DATABASE -u BILLING_MIGRATION_DATABASE \
            "$data/bin/duebook-$service" migrate >>"$data/log/$service-migrate.log" 2>&1 || {
            log_tail "$data/log/$service-migrate.log"
            die "the migrations of $service failed"
        }
    done
}

# service_start DATA BASE KAFKA TEST_CLOCK SERVICE: starts one, without waiting. Secrets go by file, never by argument.
service_start() {
    local data=$1 base=$2 kafka=$3 clock=$4 service=$5
    process_start "$data" "$service" env -u BILLING_DATABASE -u BILLING_MIGRATION_DATABASE \
        -u BILLING_MIGRATION_DATABASE_FILE \
        BILLING_DATABASE_FILE="$data/secrets/database-duebook_$service" \
        BILLING_KAFKA="$kafka" BILLING_HTTP_LISTEN="127.0.0.1:$(service_port "$base" "$service")" \
        BILLING_VAULT_KEY_FILE="$data/secrets/vault-key" \
        BILLING_BOOTSTRAP_TOKEN_FILE="$data/secrets/bootstrap-token" \
        BILLING_TEST_CLOCK="$clock" BILLING_SHARDS="$DUEBOOK_SHARDS" \
        "$data/bin/duebook-$service" run
}

# service_ready PORT: the service itself says that it may be used.
service_ready() { curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$1/readyz"; }

# services_start DATA BASE KAFKA TEST_CLOCK: all five together, then each until it is ready.
services_start() {
    local data=$1 base=$2 service
    for service in "${DUEBOOK_SERVICES[@]}"; do
        service_start "$@" "$service"
    done
    for service in "${DUEBOOK_SERVICES[@]}"; do
        process_wait "$data" "$service" 60 service_ready "$(service_port "$base" "$service")"
    done
}

# services_stop DATA: asked together, so that the slowest one sets the time.
services_stop() {
    local data=$1 service
    for service in "${DUEBOOK_SERVICES[@]}"; do
        process_signal "$data" "$service" TERM || true
    done
    for service in "${DUEBOOK_SERVICES[@]}"; do
        process_stop "$data" "$service" TERM 45
    done
}
