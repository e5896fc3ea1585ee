/* SPDX-License-Identifier: Apache-2.0 */
#include "common/database/session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void result_clear(PGresult **result)
{
    PQclear(*result);
    *result = NULL;
}

void session_drop(struct database *database)
{
    PQfinish(database->connection);
    database->connection = NULL;
    database->begun = database->copying = false;
    memset(database->prepared, 0, sizeof database->prepared);
}

enum error session_ready(struct database *database, struct problem *problem)
{
    database->sqlstate[0] = database->constraint[0] = 0;
    if (database->connection && PQstatus(database->connection) == CONNECTION_OK)
        return OK;
    session_drop(database);
    return problem_set(problem, ERR_DATABASE_AWAY, "", NULL, "there is no connection");
}

enum error session_fail(struct database *database, const char *what, struct problem *problem)
{
    problem_set(problem, ERR_DATABASE_AWAY, "", NULL, "the connection was lost while %s", what);
    session_drop(database);
    return ERR_DATABASE_AWAY;
}

/* Exact codes first, then classes; the first match wins. Everything else is a bug of ours. */
static const struct {
    const char *sqlstate; /* a prefix */
    enum error error;
    const char *why;
} meanings[] = {
    {"40001", ERR_AGAIN, "serialization failure"},
    {"40P01", ERR_AGAIN, "deadlock"},
    {"55P03", ERR_AGAIN, "lock not available"},
    {"57014", ERR_TIMEOUT, "statement_timeout or cancelled by an operator"},
    {"25P03", ERR_DATABASE_AWAY, "idle in transaction too long: the server hung up"},
    {"25006", ERR_DATABASE_AWAY, "read-only: a standby, after a fail-over"},
    {"0A000", ERR_DATABASE_AWAY, "a prepared plan is stale after a migration: connect anew"},
    {"26000", ERR_DATABASE_AWAY, "a prepared statement is gone (a pooler): connect anew"},
    {"08P01", ERR_INTERNAL, "we broke the protocol"},
    {"08", ERR_DATABASE_AWAY, "connection"},
    {"53", ERR_DATABASE_AWAY, "disk, memory or connections are used up"},
    {"57P", ERR_DATABASE_AWAY, "shutdown or crash"},
    {"58", ERR_DATABASE_AWAY, "the operating system refused the server"},
    {"42501", ERR_CONFIG, "a privilege is missing"},
    {"42P01", ERR_SCHEMA, "no such table"},
    {"42703", ERR_SCHEMA, "no such column"},
    {"42883", ERR_SCHEMA, "no such function"},
    {"42704", ERR_SCHEMA, "no such object"},
    {"42804", ERR_SCHEMA, "a column has another type"},
    {"3F000", ERR_SCHEMA, "no such schema"},
    {"22021", ERR_MALFORMED, "text is not UTF-8"},
    {"22P05", ERR_MALFORMED, "text cannot be converted"},
    {"22003", ERR_RANGE, "a number is out of range"},
    {"22007", ERR_RANGE, "no such date"},
    {"22008", ERR_RANGE, "a date is out of range"},
    {"54", ERR_TOO_LARGE, "a limit of PostgreSQL"},
    {"XX001", ERR_CORRUPT, "a table is damaged"},
    {"XX002", ERR_CORRUPT, "an index is damaged"},
};

static enum error meaning(const char *sqlstate, bool conflict_is_again)
{
    if (conflict_is_again && !strcmp(sqlstate, "23505"))
        return ERR_AGAIN;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (!strncmp(sqlstate, meanings[i].sqlstate, strlen(meanings[i].sqlstate)))
            return meanings[i].error;
    return ERR_INTERNAL;
}

enum error session_error(struct database *database, const PGresult *result, const char *name,
                         bool conflict_is_again, struct problem *problem)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!sqlstate)
        return session_fail(database, "waiting for an answer", problem);
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    enum error error = meaning(sqlstate, conflict_is_again);
    if (!name && !strcmp(sqlstate, "0A000")) /* nothing prepared that could be stale */
        error = ERR_INTERNAL;
    char rule[32];
    snprintf(rule, sizeof rule, "SQLSTATE %.5s", sqlstate);
    /* Messages of class 22 quote the value, which may be a person's. */
    bool quotes = !strncmp(sqlstate, "22", 2);
    problem_set(problem, error, constraint, rule, "%s%s%s", name ? name : "", name ? ": " : "",
                quotes || !message ? "a value was refused" : message);
    bool dead = severity && (!strcmp(severity, "FATAL") || !strcmp(severity, "PANIC"));
    if (dead && error != ERR_CONFIG)
        error = ERR_DATABASE_AWAY;
    if (problem)
        problem->error = error;
    if (dead || (error == ERR_DATABASE_AWAY && strncmp(sqlstate, "53", 2)))
        session_drop(database);
    snprintf(database->sqlstate, sizeof database->sqlstate, "%.5s", sqlstate);
    snprintf(database->constraint, sizeof database->constraint, "%s", constraint ? constraint : "");
    return error;
}

int64_t session_deadline_ms(const struct database *database)
{
    int32_t timeout_ms = database->options.reply_timeout_ms;
    return timeout_ms < 0 ? INT64_MAX : now_ms() + timeout_ms;
}

enum error session_wait(struct database *database, bool write_too, int64_t deadline_ms,
                        struct problem *problem)
{
    struct pollfd wait = {.fd = PQsocket(database->connection),
                          .events = (short)(POLLIN | (write_too ? POLLOUT : 0))};
    int ready;
    do {
        int64_t left_ms = deadline_ms == INT64_MAX ? -1 : deadline_ms - now_ms();
        if (deadline_ms != INT64_MAX && left_ms <= 0) {
            session_drop(database);
            return problem_set(problem, ERR_DATABASE_AWAY, "", NULL,
                               "the server was silent for %d ms; the connection is closed",
                               database->options.reply_timeout_ms);
        }
        ready = poll(&wait, 1, left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
    } while (ready == 0 || (ready < 0 && errno == EINTR));
    if (ready < 0 || (wait.revents & POLLNVAL))
        return session_fail(database, "waiting", problem);
    /* What the server said before it hung up stands in libpq's buffer: PQgetResult tells it. */
    if (wait.revents & ~POLLOUT)
        (void)!PQconsumeInput(database->connection);
    return OK;
}

enum error session_flush(struct database *database, struct problem *problem)
{
    int64_t deadline_ms = session_deadline_ms(database);
    for (;;) {
        /* A failed write is told by PQgetResult, together with the server's last words. */
        if (PQflush(database->connection) <= 0 || PQsocket(database->connection) < 0)
            return OK;
        enum error error = session_wait(database, true, deadline_ms, problem);
        if (error)
            return error;
    }
}

enum error session_result(struct database *database, PGresult **result, struct problem *problem)
{
    *result = NULL;
    /* Once the socket is gone PQisBusy may say so for ever; PQgetResult then makes the error. */
    while (PQsocket(database->connection) >= 0 && PQisBusy(database->connection)) {
        enum error error = session_wait(database, PQflush(database->connection) > 0,
                                        session_deadline_ms(database), problem);
        if (error)
            return error;
    }
    *result = PQgetResult(database->connection);
    return OK;
}

static bool succeeded(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

enum error session_results(struct database *database, const char *name, bool conflict_is_again,
                           PGresult **last, struct problem *problem)
{
    enum error first = OK;
    for (;;) {
        RESULT_AUTO PGresult *result = NULL;
        enum error error = session_result(database, &result, first ? NULL : problem);
        if (error)
            return first ? first : error;
        if (!result)
            break;
        if (!succeeded(result)) {
            if (!first)
                first = session_error(database, result, name, conflict_is_again, problem);
            if (!database->connection)
                return first;
        } else if (last) {
            PQclear(*last);
            *last = result;
            result = NULL;
        }
    }
    if (first && last)
        result_clear(last);
    return first;
}
