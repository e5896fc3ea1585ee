# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A process that we started, and the ports that it takes. A pid file holds the pid and the start time of the kernel, so
# that a pid given to a stranger after a reboot is never mistaken for ours, and never killed.
# Every function takes the data directory first: pid files are in DATA/run, logs in DATA/log.

# process_start_time PID: field 22 of /proc/PID/stat; the name in field 2 may hold blanks, so count after its last ')'.
process_start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [ "$1" != Z ] || return 1
    printf '%s' "${20}"
}

# process_pid DATA NAME: prints the pid if our process lives, fails otherwise.
process_pid() {
    local pid started
    [ -s "$1/run/$2.pid" ] || return 1
    read -r pid started <"$1/run/$2.pid" || return 1
    [ "$(process_start_time "$pid")" = "$started" ] || return 1
    printf '%s' "$pid"
}

# process_since DATA NAME: when it was started, for people.
process_since() {
    local pid
    pid=$(process_pid "$1" "$2") && ps -o lstart= -p "$pid" | tr -s ' '
}

# process_start DATA NAME COMMAND…: runs COMMAND in its own session as the user of Duebook, output to DATA/log/NAME.log.
process_start() {
    local data=$1 name=$2 pid started
    shift 2
    process_pid "$data" "$name" >/dev/null && return 0
    if is_root; then
        set -- setpriv --reuid="$DUEBOOK_USER" --regid="$DUEBOOK_USER" --init-groups --inh-caps=-all \
            env HOME=/nonexistent USER="$DUEBOOK_USER" LOGNAME="$DUEBOOK_USER" "$@"
    fi
    # setsid: a Ctrl-C at the terminal is meant for the script, not for what it started.
    (cd / && exec setsid "$@" 9>&- >>"$data/log/$name.log" 2>&1 </dev/null) &
    pid=$!
    disown "$pid" 2>/dev/null || true
    started=$(process_start_time "$pid") || {
        log_tail "$data/log/$name.log"
        die "$name ended at once"
    }
    printf '%s %s\n' "$pid" "$started" >"$data/run/$name.pid"
}

# process_signal DATA NAME SIGNAL: only to the process that we started.
process_signal() {
    local pid
    pid=$(process_pid "$1" "$2") && kill -s "$3" "$pid"
}

# process_stop DATA NAME [SIGNAL] [SECONDS]: asks, waits, then insists.
process_stop() {
    local data=$1 name=$2 signal=${3:-TERM} seconds=${4:-30} tries=0
    if process_signal "$data" "$name" "$signal"; then
        while process_pid "$data" "$name" >/dev/null; do
            tries=$((tries + 1))
            if [ "$tries" -gt $((seconds * 20)) ]; then
                say "  $name did not end within $seconds s: killed"
                process_signal "$data" "$name" KILL || true
                tries=0
            fi
            sleep 0.05
        done
    fi
    rm -f "$data/run/$name.pid"
}

# process_wait DATA NAME SECONDS CHECK…: until CHECK succeeds; a process that dies or stays silent is shown by its log.
process_wait() {
    local data=$1 name=$2 seconds=$3 tries=0
    shift 3
    until "$@" >/dev/null 2>&1; do
        if ! process_pid "$data" "$name" >/dev/null; then
            log_tail "$data/log/$name.log"
            die "$name ended while starting"
        fi
        tries=$((tries + 1))
        if [ "$tries" -gt $((seconds * 10)) ]; then
            log_tail "$data/log/$name.log"
            die "$name was not ready within $seconds s"
        fi
        sleep 0.1
    done
}

# port_open PORT: somebody accepts connections on 127.0.0.1.
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# port_taken PORT: somebody listens on it, on whatever address. Read from the kernel: no connection disturbs a stranger.
port_taken() {
    local hex
    hex=$(printf ':%04X' "$1")
    awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# port_holder PORT: "pid 123 (nginx: master)", as far as this user may see.
port_holder() {
    local hex inode link pid
    hex=$(printf ':%04X' "$1")
    inode=$(awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null)
    link=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$inode\]" -print -quit 2>/dev/null || true)
    if [ -z "$link" ]; then
        printf 'a process of another user'
        return 0
    fi
    pid=${link#/proc/}
    pid=${pid%%/*}
    printf 'pid %s (%s)' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-80)"
}

# ports_check PORT…: all of them free, or every holder by name and failure.
ports_check() {
    local port bad=0
    for port in "$@"; do
        if port_taken "$port"; then
            say "error: port $port is held by $(port_holder "$port")"
            bad=1
        fi
    done
    [ "$bad" = 0 ] || die "free these ports or choose others with --port-base"
}
