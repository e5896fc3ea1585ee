# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every script of deploy/local and tests/ shares: speaking, time, secrets, and acting as the user that runs Duebook.
# Sourced, never run. Callers have `set -euo pipefail`.

# The checkout that these scripts belong to; DUEBOOK_LIB lets an installed copy find its neighbours.
DUEBOOK_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DUEBOOK_REPO=$(cd "$DUEBOOK_LIB/../../.." && pwd)
export DUEBOOK_LIB DUEBOOK_REPO

# In the order in which their ports follow the base.
DUEBOOK_SERVICES=(invoicing payments reconciliation collections reporting)

# Programs and settings are for the user of Duebook to read, whatever the caller's mask; secrets set their own.
umask 022

say() { printf '%s\n' "$*" >&2; }

# die MESSAGE…: one line that names the trouble, and failure.
die() {
    say "error: $*"
    exit 1
}

now_ms() { date +%s%3N; }

# step TEXT COMMAND…: runs COMMAND and says afterwards how long it took; a silent minute looks like a hang.
step() {
    local text=$1 start elapsed
    shift
    start=$(now_ms)
    say "… $text"
    "$@"
    elapsed=$(($(now_ms) - start))
    say "  $text: $((elapsed / 1000)).$(printf '%03d' $((elapsed % 1000))) s"
}

is_root() { [ "$(id -u)" = 0 ]; }

# PostgreSQL refuses to run as root, and nothing that speaks to the network should: root hands over to this user.
DUEBOOK_USER=duebook

user_ensure() {
    is_root || return 0
    id -u "$DUEBOOK_USER" >/dev/null 2>&1 && return 0
    local nologin=/usr/sbin/nologin
    [ -x "$nologin" ] || nologin=/bin/false
    useradd --system --user-group --home-dir /var/lib/duebook --no-create-home --shell "$nologin" "$DUEBOOK_USER"
    say "  made the system user $DUEBOOK_USER"
}

# as_user COMMAND…: as root, runs COMMAND as the user above (exec, so that a pid taken is the pid of COMMAND);
# otherwise as the caller.
as_user() {
    if is_root; then
        setpriv --reuid="$DUEBOOK_USER" --regid="$DUEBOOK_USER" --init-groups --inh-caps=-all \
            env HOME=/nonexistent USER="$DUEBOOK_USER" LOGNAME="$DUEBOOK_USER" "$@"
    else
        "$@"
    fi
}

# own PATH…: gives PATH to the user that runs Duebook.
own() {
    is_root || return 0
    chown -R "$DUEBOOK_USER:$DUEBOOK_USER" "$@"
}

# secret_ensure FILE BYTES: a random value in hexadecimal, made once, readable by its owner alone.
secret_ensure() {
    local file=$1 bytes=$2
    [ -s "$file" ] && return 0
    (
        umask 077
        od -An -v -tx1 -N "$bytes" /dev/urandom | tr -d ' \n' >"$file.new"
        mv "$file.new" "$file"
    )
    own "$file"
}

# secret_write FILE TEXT: as above, for a text that is known.
secret_write() {
    (
        umask 077
        printf '%s' "$2" >"$1.new"
        mv "$1.new" "$1"
    )
    own "$1"
}

# enterable DIRECTORY: the user that runs Duebook must be able to get there; a directory under /root is not such a place.
enterable() {
    as_user test -x "$1" && return 0
    die "$1 cannot be entered by the user $DUEBOOK_USER; choose another place with --data"
}

# log_tail FILE [LINES]: the end of a log, for a failure that should explain itself.
log_tail() {
    [ -s "$1" ] || { say "  (nothing in $1)"; return 0; }
    say "  the last lines of $1:"
    tail -n "${2:-25}" "$1" | sed 's/^/  | /' >&2
}

# cache_dir: where downloads live that all installations and test runs of this user share.
cache_dir() {
    if [ -n "${DUEBOOK_CACHE:-}" ]; then
        printf '%s' "$DUEBOOK_CACHE"
    elif is_root; then
        printf '%s' /var/cache/duebook
    else
        printf '%s' "${XDG_CACHE_HOME:-$HOME/.cache}/duebook"
    fi
}
