# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A private Kafka broker in DATA/kafka: one node that is its own controller (KRaft), 127.0.0.1 only, from pinned Maven
# coordinates (deploy/local/kafka/pom.xml). Needs common.sh and process.sh.

# The history of a company does not expire: topics keep everything (log.retention.ms=-1), and nobody makes one by accident.
DUEBOOK_SHARDS=12

# kafka_jars: the directory with the broker's libraries. The name follows from the pom, so a new pin is a new directory.
kafka_jars() {
    local pin
    pin=$(sha256sum "$DUEBOOK_LIB/../kafka/pom.xml" | cut -c1-12)
    printf '%s/kafka-%s' "$(cache_dir)" "$pin"
}

# kafka_fetch: downloads once; a half-finished download leaves nothing under the final name.
kafka_fetch() {
    local jars partial
    jars=$(kafka_jars)
    [ -d "$jars" ] && return 0
    partial=$jars.partial.$$
    mkdir -p "$(dirname "$jars")"
    rm -rf "$partial"
    if ! mvn -q -B -f "$DUEBOOK_LIB/../kafka/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
        -DoutputDirectory="$partial" </dev/null >"$partial.log" 2>&1; then
        log_tail "$partial.log"
        die "Maven could not fetch Kafka"
    fi
    cp "$DUEBOOK_LIB/../kafka/log4j2.xml" "$partial/"
    chmod -R a+rX "$partial"
    rm -f "$partial.log"
    # Two runs at once: the first one wins, the other's copy is the same.
    mv -T "$partial" "$jars" 2>/dev/null || rm -rf "$partial"
}

# kafka_java CLASS ARGS…: a short-lived tool of Kafka's, as the user of Duebook; compiled only a little, because it ends
# before more would pay.
kafka_java() {
    local jars class=$1
    jars=$(kafka_jars)
    shift
    as_user java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xlog:disable \
        -Dlog4j2.configurationFile="$jars/log4j2.xml" -cp "$jars/*" "$class" "$@"
}

# kafka_format DATA PORT CONTROLLER_PORT: settings at every start, storage once.
kafka_format() {
    local data=$1 port=$2 controller=$3
    mkdir -p "$data/kafka"
    {
        printf '# Written by deploy/local at every start.\n'
        printf 'process.roles=broker,controller\nnode.id=1\n'
        printf 'controller.quorum.voters=1@127.0.0.1:%s\ncontroller.listener.names=CONTROLLER\n' "$controller"
        printf 'listeners=PLAINTEXT://127.0.0.1:%s,CONTROLLER://127.0.0.1:%s\n' "$port" "$controller"
        printf 'advertised.listeners=PLAINTEXT://127.0.0.1:%s\n' "$port"
        printf 'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n'
        printf 'inter.broker.listener.name=PLAINTEXT\nlog.dirs=%s/kafka/data\n' "$data"
        printf 'auto.create.topics.enable=false\ndelete.topic.enable=true\n'
        printf 'log.retention.ms=-1\nlog.retention.bytes=-1\nlog.message.timestamp.type=CreateTime\n'
        # Under a test clock events carry business dates of their own; the broker must not judge its own clock against ours.
        printf 'message.max.bytes=2097152\nreplica.fetch.max.bytes=2097152\n'
        # One node: the internal topics cannot have three copies.
        printf 'offsets.topic.replication.factor=1\noffsets.topic.num.partitions=5\n'
        printf 'transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n'
        printf 'transaction.state.log.num.partitions=5\nshare.coordinator.state.topic.replication.factor=1\n'
        printf 'share.coordinator.state.topic.min.isr=1\nshare.coordinator.state.topic.num.partitions=5\n'
        # Consumers start together here: waiting three seconds for more of them only delays the first message.
        printf 'group.initial.rebalance.delay.ms=0\n'
        # After a kill -9 the controller waits this long for the old broker before it lets the new one in; nobody else may come.
        printf 'broker.session.timeout.ms=2500\nbroker.heartbeat.interval.ms=500\n'
        printf 'num.network.threads=2\nnum.io.threads=4\nbackground.threads=2\nlog.cleaner.dedupe.buffer.size=16777216\n'
    } >"$data/kafka/server.properties"
    own "$data/kafka"
    [ -s "$data/kafka/data/meta.properties" ] && return 0
    as_user bash -c 'umask 077; mkdir -p "$1"' - "$data/kafka/data"
    # Nothing in the storage but this name: a format that was interrupted is simply done again.
    local cluster
    cluster=duebook$(head -c 11 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
    kafka_java kafka.tools.StorageTool format --ignore-formatted --cluster-id "$cluster" \
        --config "$data/kafka/server.properties" >"$data/log/kafka-format.log" 2>&1 || {
        log_tail "$data/log/kafka-format.log"
        die "Kafka could not format its storage"
    }
}

# kafka_answers DATA PORT: the broker of this start said that it is ready, and its port is open. The mark is the size of
# the log before the start: "started" of yesterday must not count.
kafka_answers() {
    tail -c "+$(($(cat "$1/run/kafka.mark") + 1))" "$1/log/kafka.log" | grep -q 'Kafka Server started' && port_open "$2"
}

# kafka_start DATA PORT CONTROLLER_PORT
kafka_start() {
    local data=$1 port=$2 controller=$3 jars
    jars=$(kafka_jars)
    kafka_format "$data" "$port" "$controller"
    if ! process_pid "$data" kafka >/dev/null; then
        touch "$data/log/kafka.log"
        stat -c %s "$data/log/kafka.log" >"$data/run/kafka.mark"
        # A crash of the broker is Kafka's to recover from; the heap is small because the page cache does the work.
        process_start "$data" kafka java -Xmx384m -Xms128m -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+ExitOnOutOfMemoryError \
            -Xshare:auto -Djava.awt.headless=true -Dlog4j2.configurationFile="$jars/log4j2.xml" -cp "$jars/*" kafka.Kafka \
            "$data/kafka/server.properties"
    fi
    process_wait "$data" kafka 90 kafka_answers "$data" "$port"
}

# kafka_topics BOOTSTRAP [BILLCTL]: the topic of every service, where it is missing. Our own tool needs a tenth of a
# second for all of them, Kafka's needs a virtual machine for each.
kafka_topics() {
    local bootstrap=$1 billctl=${2:-} service log pids=() pid bad=0
    if [ -x "$billctl" ] && BILLING_KAFKA=$bootstrap as_user "$billctl" topics apply >/dev/null 2>&1; then
        return 0
    fi
    log=$(mktemp -d)
    for service in "${DUEBOOK_SERVICES[@]}"; do
        kafka_java org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" --create --if-not-exists \
            --topic "billing.$service.events" --partitions "$DUEBOOK_SHARDS" --replication-factor 1 \
            --config retention.ms=-1 --config cleanup.policy=delete >"$log/$service" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || bad=1
    done
    if [ "$bad" != 0 ]; then
        cat "$log"/* >&2
        rm -rf "$log"
        die "Kafka at $bootstrap did not make the topics"
    fi
    rm -rf "$log"
}

# kafka_stop DATA: a controlled shutdown, so that the next start need not recover.
kafka_stop() { process_stop "$1" kafka TERM 40; }
