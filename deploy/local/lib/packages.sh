#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages that Duebook is built from, runs on and is tested with, and how they are installed without any of
# them starting a server of its own. Sourced by up and tests/run; run by itself as root to do the installing:
#   packages.sh install PACKAGE…
# An entry is PACKAGE, or PACKAGE:COMMAND where a command on the PATH serves as well, wherever it came from.

PACKAGES_BUILD=(
    gcc:gcc libc6-dev cmake ninja-build pkgconf
    protobuf-compiler protobuf-c-compiler libprotobuf-dev libprotobuf-c-dev
    libpq-dev librdkafka-dev libevent-dev libjansson-dev libxml2-dev libsodium-dev libssl-dev libcurl4-openssl-dev
    libcmocka-dev
)
PACKAGES_RUN=(
    postgresql-15 nginx:nginx default-jre-headless:java maven:mvn
    python3 curl procps tzdata util-linux
)
# Quick tests: the checks and the programs that need no server.
PACKAGES_TEST_QUICK=(python3 python3-venv git procps curl)
# All tests: fuzzing needs clang and its run-time library, the contracts need buf by way of npm, bank files their schemas.
PACKAGES_TEST=(clang libclang-rt-14-dev nodejs:node npm:npm libxml2-utils)

# packages_missing ENTRY…: the packages that neither dpkg nor, where allowed, the PATH knows.
packages_missing() {
    local entry package installed
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null | awk '$2 == "installed" { print $1 }')
    for entry in "$@"; do
        package=${entry%%:*}
        case $entry in
        *:*) command -v "${entry#*:}" >/dev/null 2>&1 && continue ;;
        esac
        # A package of that name, whatever the architecture's suffix.
        grep -qxF -- "$package" <<<"$installed" || printf '%s\n' "$package"
    done | sort -u
}

# packages_ensure ENTRY…: installs what is missing. Nothing missing needs neither root nor apt; where they are needed and
# absent, prints the one line for somebody who has them and exits with 2.
packages_ensure() {
    local missing=() become=()
    # Ordinary users have no sbin in their PATH, but nginx lives there.
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        # With a terminal sudo may ask for a password; without one it must not wait for ever.
        if command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ]; }; }; then
            become=(sudo)
        else
            packages_tell "${missing[@]}"
        fi
    fi
    command -v apt-get >/dev/null 2>&1 || packages_tell "${missing[@]}"
    printf '  installing: %s\n' "${missing[*]}" >&2
    "${become[@]}" bash "${BASH_SOURCE[0]}" install "${missing[@]}" >&2
}

packages_tell() {
    printf 'These packages are missing, and installing them needs root. Run this line, then try again:\n' >&2
    printf '  apt-get update && apt-get install -y --no-install-recommends %s\n' "$*" >&2
    exit 2
}

# packages_install PACKAGE…: as root. Everything that keeps servers from starting is undone, however this ends.
packages_install() {
    local log newly=0
    PACKAGES_POLICY=/usr/sbin/policy-rc.d
    PACKAGES_CLUSTER=/etc/postgresql-common/createcluster.d/duebook.conf
    PACKAGES_MADE_DIRECTORY=
    trap packages_undo EXIT
    trap 'exit 130' INT TERM HUP

    # invoke-rc.d asks this file before it starts anything; 101 is "not allowed".
    [ ! -e "$PACKAGES_POLICY" ] || mv "$PACKAGES_POLICY" "$PACKAGES_POLICY.before-duebook"
    printf '#!/bin/sh\nexit 101\n' >"$PACKAGES_POLICY"
    chmod 755 "$PACKAGES_POLICY"
    # A new server package would make and start a cluster on 5432; ours lives in a directory of its own.
    [ -d "${PACKAGES_CLUSTER%/*}" ] || PACKAGES_MADE_DIRECTORY=${PACKAGES_CLUSTER%/*}
    mkdir -p "${PACKAGES_CLUSTER%/*}"
    printf 'create_main_cluster = false\n' >"$PACKAGES_CLUSTER"
    [ -e /usr/sbin/nginx ] || newly=1

    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # Another apt may be at work (unattended upgrades): wait for it instead of failing.
    if ! { apt-get -o DPkg::Lock::Timeout=300 -q update &&
        apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold -q -y --no-install-recommends install "$@"; } \
        >"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        printf 'error: apt-get could not install: %s\n' "$*" >&2
        return 1
    fi
    rm -f "$log"
    # The package would start nginx on port 80 at the next boot. Whoever had it before keeps it as it was.
    if [ "$newly" = 1 ] && [ -e /usr/sbin/nginx ] && command -v update-rc.d >/dev/null 2>&1; then
        update-rc.d nginx disable >/dev/null 2>&1 || true
    fi
}

packages_undo() {
    rm -f "$PACKAGES_POLICY" "$PACKAGES_CLUSTER"
    [ ! -e "$PACKAGES_POLICY.before-duebook" ] || mv "$PACKAGES_POLICY.before-duebook" "$PACKAGES_POLICY"
    [ -z "$PACKAGES_MADE_DIRECTORY" ] || rmdir --ignore-fail-on-non-empty "$PACKAGES_MADE_DIRECTORY" 2>/dev/null || true
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    [ "${1:-}" = install ] || { printf 'usage: packages.sh install PACKAGE…\n' >&2; exit 2; }
    shift
    packages_install "$@"
fi
