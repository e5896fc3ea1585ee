# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A private PostgreSQL and Kafka for one test run, and on wish the five services, in a directory that disappears with it.
# Ports are picked where they are free, so that a run may stand beside an installation and beside other runs.
# The same code as deploy/local/up, so that what is tested is what is started.

TESTS_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../deploy/local/lib/common.sh
. "$TESTS_LIB/../../deploy/local/lib/common.sh"
# shellcheck source=../../deploy/local/lib/process.sh
. "$DUEBOOK_LIB/process.sh"
# shellcheck source=../../deploy/local/lib/postgres.sh
. "$DUEBOOK_LIB/postgres.sh"
# shellcheck source=../../deploy/local/lib/kafka.sh
. "$DUEBOOK_LIB/kafka.sh"
# shellcheck source=../../deploy/local/lib/services.sh
. "$DUEBOOK_LIB/services.sh"

# environment_base: the first base from 18100 on whose thirteen ports are free. Two runs may look at the same moment:
# a lock file, kept as long as the run lives, settles who has it.
environment_base() {
    local base port free
    for base in $(seq 18100 20 19900); do
        free=1
        for port in $(seq "$base" $((base + 12))); do
            port_taken "$port" && free=0 && break
        done
        [ "$free" = 1 ] || continue
        exec {environment_lock}>>"/tmp/duebook-test-$(id -u)-$base.lock"
        if flock -n "$environment_lock"; then
            environment_port=$base
            return 0
        fi
        exec {environment_lock}>&-
    done
    die "no free ports between 18100 and 19912"
}

# environment_start: makes DUEBOOK_TEST_DIR and starts PostgreSQL and Kafka in it, side by side.
environment_start() {
    user_ensure
    environment_base
    DUEBOOK_TEST_DIR=$(mktemp -d /tmp/duebook-test.XXXXXX)
    chmod 755 "$DUEBOOK_TEST_DIR"
    data_prepare "$DUEBOOK_TEST_DIR"
    kafka_fetch
    (postgres_start "$DUEBOOK_TEST_DIR" $((environment_port + 10))) &
    local postgres=$!
    (kafka_start "$DUEBOOK_TEST_DIR" $((environment_port + 11)) $((environment_port + 12)) &&
        kafka_topics "127.0.0.1:$((environment_port + 11))" "${1:-}") || {
        wait "$postgres" || true
        die "no Kafka for the tests"
    }
    wait "$postgres" || die "no PostgreSQL for the tests"
}

# environment_export: what tests may know. Passwords are in the files that DUEBOOK_TEST_DIR/secrets holds as well.
environment_export() {
    local secrets=$DUEBOOK_TEST_DIR/secrets service upper port
    port=$environment_port
    export DUEBOOK_TEST_DIR DUEBOOK_TEST_PORT_BASE=$port
    export BILLING_KAFKA=127.0.0.1:$((port + 11))
    BILLING_MIGRATION_DATABASE=$(cat "$secrets/database-duebook_migrator")
    BILLING_READER_DATABASE=$(cat "$secrets/database-duebook_reader")
    DUEBOOK_TEST_ADMIN_DATABASE="host=127.0.0.1 port=$((port + 10)) dbname=$DUEBOOK_DATABASE user=$DUEBOOK_DATABASE_ADMIN password=$(cat "$secrets/postgres-$DUEBOOK_DATABASE_ADMIN")"
    export BILLING_MIGRATION_DATABASE BILLING_READER_DATABASE DUEBOOK_TEST_ADMIN_DATABASE
    # One connection text for a test that is about none of the services: the administrator's.
    export BILLING_DATABASE=$DUEBOOK_TEST_ADMIN_DATABASE
    # What the unit tests of the rooms that meet the outside world ask for; without them they skip.
    export BILLING_TEST_DATABASE=$DUEBOOK_TEST_ADMIN_DATABASE BILLING_TEST_KAFKA=$BILLING_KAFKA
    for service in "${DUEBOOK_SERVICES[@]}"; do
        upper=${service^^}
        export "DUEBOOK_TEST_DATABASE_$upper=$(cat "$secrets/database-duebook_$service")"
        export "DUEBOOK_TEST_URL_$upper=http://127.0.0.1:$(service_port "$port" "$service")"
    done
    export BILLING_VAULT_KEY_FILE=$secrets/vault-key BILLING_BOOTSTRAP_TOKEN_FILE=$secrets/bootstrap-token
    export BILLING_TEST_CLOCK=${BILLING_TEST_CLOCK:-1} BILLING_SHARDS=$DUEBOOK_SHARDS
}

# environment_services BUILD: migrations, then the five services from BUILD/bin.
environment_services() {
    services_install "$DUEBOOK_TEST_DIR" "$1/bin"
    services_migrate "$DUEBOOK_TEST_DIR"
    services_start "$DUEBOOK_TEST_DIR" "$environment_port" "$BILLING_KAFKA" "$BILLING_TEST_CLOCK"
}

# environment_stop: everything down and gone; with DUEBOOK_TEST_KEEP=1 the directory stays for a look at the logs.
environment_stop() {
    local data=${DUEBOOK_TEST_DIR:-} service
    [ -n "$data" ] || return 0
    for service in "${DUEBOOK_SERVICES[@]}"; do
        process_signal "$data" "$service" KILL 2>/dev/null || true
    done
    process_signal "$data" kafka KILL 2>/dev/null || true
    # Immediate: the data is thrown away with the directory.
    process_stop "$data" postgres QUIT 20
    if [ "${DUEBOOK_TEST_KEEP:-}" = 1 ]; then
        say "kept: $data"
    else
        rm -rf "$data"
    fi
    rm -f "/tmp/duebook-test-$(id -u)-$environment_port.lock"
}
