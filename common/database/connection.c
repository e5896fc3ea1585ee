/* SPDX-License-Identifier: Apache-2.0 */
#include "common/database/connection.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database/session.h"

enum { SERVER_VERSION_MIN = 150000, OPTIONS_SIZE = 1024, SCHEMA_LENGTH_MAX = 63 };

static void quiet(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static char *text_copy(const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    assert(!text || copy);
    return copy;
}

static void options_parsed_free(PQconninfoOption **options)
{
    if (*options)
        PQconninfoFree(*options);
}

static void options_fill(struct database *database, const struct database_options *given)
{
    database->conninfo = text_copy(given->conninfo);
    database->schema = text_copy(given->schema);
    database->application_name =
        text_copy(given->application_name ? given->application_name : "duebook");
    struct database_options *options = &database->options;
    *options = *given;
    options->conninfo = database->conninfo;
    options->schema = database->schema;
    options->application_name = database->application_name;
#define DEFAULT(field, value) options->field = options->field ? options->field : (value)
    DEFAULT(statement_timeout_ms, 10000);
    DEFAULT(lock_timeout_ms, 2000);
    DEFAULT(idle_in_transaction_ms, 5000);
    DEFAULT(tcp_user_timeout_ms, 10000);
    DEFAULT(connect_timeout_ms, 5000);
    DEFAULT(reply_timeout_ms,
            options->statement_timeout_ms < 0 ? -1 : options->statement_timeout_ms + 5000);
#undef DEFAULT
}

/* Names of schemas come from our own source, so quoting them is never needed. */
static bool schema_is_plain(const char *schema)
{
    size_t length = strspn(schema, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length && length <= SCHEMA_LENGTH_MAX && !schema[length] &&
           !isdigit((unsigned char)schema[0]);
}

static int limit(int32_t timeout_ms)
{
    return timeout_ms < 0 ? 0 : timeout_ms;
}

/* The run-time settings of the session, after those that the connection string brings along. */
static enum error settings_write(const struct database *database, const char *theirs, char *text,
                                 size_t size, struct problem *problem)
{
    const struct database_options *options = &database->options;
    int length =
        snprintf(text, size,
                 "%s -c statement_timeout=%d -c lock_timeout=%d "
                 "-c idle_in_transaction_session_timeout=%d "
                 "-c client_connection_check_interval=2000 -c client_min_messages=warning "
                 "-c timezone=UTC -c default_transaction_isolation=read\\ committed%s%s",
                 theirs ? theirs : "", limit(options->statement_timeout_ms),
                 limit(options->lock_timeout_ms), limit(options->idle_in_transaction_ms),
                 options->schema ? " -c search_path=" : "", options->schema ? options->schema : "");
    if (length < 0 || (size_t)length >= size)
        return problem_set(problem, ERR_CONFIG, "database", NULL,
                           "the connection string's options are too long");
    return OK;
}

static enum error server_check(struct database *database, struct problem *problem)
{
    PGconn *connection = database->connection;
    if (PQserverVersion(connection) < SERVER_VERSION_MIN)
        return problem_set(problem, ERR_CONFIG, "database", NULL,
                           "PostgreSQL 15 or later is needed, this is %d",
                           PQserverVersion(connection) / 10000);
    const char *encoding = PQparameterStatus(connection, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8"))
        return problem_set(problem, ERR_CONFIG, "database", NULL,
                           "the database's encoding must be UTF8, it is %s",
                           encoding ? encoding : "unknown");
    if (PQsetnonblocking(connection, 1))
        return problem_set(problem, ERR_DATABASE_AWAY, "database", NULL, "the session ended");
    return OK;
}

/* libpq's messages end with a line feed and may have several lines. */
static enum error connect_failed(const struct database *database, struct problem *problem)
{
    char text[200];
    snprintf(text, sizeof text, "%s", PQerrorMessage(database->connection));
    for (char *at = text; *at; at++)
        if (*at == '\n')
            *at = at[1] ? ' ' : 0;
    return problem_set(problem, ERR_DATABASE_AWAY, "database", NULL, "%s", text);
}

static enum error connect_now(struct database *database, struct problem *problem)
{
    __attribute__((cleanup(options_parsed_free))) PQconninfoOption *parsed =
        PQconninfoParse(database->conninfo, NULL);
    if (!parsed)
        return problem_set(problem, ERR_CONFIG, "database", NULL,
                           "the connection string is neither key=value nor postgresql://");
    const char *theirs = NULL, *attributes = NULL;
    for (PQconninfoOption *option = parsed; option->keyword; option++) {
        if (!strcmp(option->keyword, "options"))
            theirs = option->val;
        if (!strcmp(option->keyword, "target_session_attrs"))
            attributes = option->val;
    }
    char settings[OPTIONS_SIZE], connect_s[16], user_ms[16];
    enum error error = settings_write(database, theirs, settings, sizeof settings, problem);
    if (error)
        return error;
    const struct database_options *options = &database->options;
    snprintf(connect_s, sizeof connect_s, "%d", (limit(options->connect_timeout_ms) + 999) / 1000);
    snprintf(user_ms, sizeof user_ms, "%d", limit(options->tcp_user_timeout_ms));
    /* dbname may be a whole connection string; what follows it wins over what it says. */
    const char *const keywords[] = {"dbname",
                                    "application_name",
                                    "options",
                                    "client_encoding",
                                    "connect_timeout",
                                    "tcp_user_timeout",
                                    "keepalives_idle",
                                    "keepalives_interval",
                                    "keepalives_count",
                                    "target_session_attrs",
                                    NULL};
    const char *const values[] = {database->conninfo,
                                  database->application_name,
                                  settings,
                                  "UTF8",
                                  connect_s,
                                  user_ms,
                                  "30",
                                  "10",
                                  "3",
                                  attributes ? attributes : "read-write",
                                  NULL};
    database->connection = PQconnectdbParams(keywords, values, 1);
    if (!database->connection)
        return problem_set(problem, ERR_DATABASE_AWAY, "database", NULL, "out of memory");
    PQsetNoticeProcessor(database->connection, quiet, NULL);
    error = PQstatus(database->connection) == CONNECTION_OK ? server_check(database, problem)
                                                            : connect_failed(database, problem);
    if (error)
        session_drop(database);
    return error;
}

enum error database_open(struct database **database, const struct database_options *options,
                         struct problem *problem)
{
    *database = NULL;
    if (!options->conninfo || !*options->conninfo)
        return problem_set(problem, ERR_CONFIG, "database", NULL, "no connection string is set");
    if (options->schema && !schema_is_plain(options->schema))
        return problem_set(problem, ERR_CONFIG, "database", NULL,
                           "a schema's name is lower-case letters, digits and underscores");
    struct database *opened = calloc(1, sizeof *opened);
    assert(opened);
    options_fill(opened, options);
    enum error error = connect_now(opened, problem);
    if (error)
        database_close(opened);
    else
        *database = opened;
    return error;
}

void database_close(struct database *database)
{
    if (!database)
        return;
    session_drop(database);
    free(database->pipeline.steps);
    free(database->conninfo);
    free(database->schema);
    free(database->application_name);
    free(database);
}

enum error database_reopen(struct database *database, struct problem *problem)
{
    session_drop(database);
    database->pipeline.open = false;
    return connect_now(database, problem);
}

bool database_is_open(const struct database *database)
{
    return database->connection && PQstatus(database->connection) == CONNECTION_OK;
}

static enum error run(struct database *database, const char *sql, PGresult **result,
                      struct problem *problem)
{
    enum error error = session_ready(database, problem);
    if (error)
        return error;
    if (!PQsendQuery(database->connection, sql))
        return session_fail(database, "sending", problem);
    error = session_flush(database, problem);
    return error ? error : session_results(database, NULL, false, result, problem);
}

enum error database_run(struct database *database, const char *sql, struct problem *problem)
{
    return run(database, sql, NULL, problem);
}

enum error database_begin(struct database *database, struct problem *problem)
{
    enum error error = session_ready(database, problem);
    if (error)
        return error;
    if (database->begun)
        return problem_set(problem, ERR_INTERNAL, "", NULL, "BEGIN inside a transaction");
    error = run(database, "BEGIN ISOLATION LEVEL READ COMMITTED", NULL, problem);
    database->begun = !error;
    return error;
}

/* A failure of class ERROR was the server's answer to COMMIT: rolled back for certain. Once the
 * session is gone nobody knows: the server may have died after making the commit durable. */
enum error database_commit(struct database *database, struct problem *problem)
{
    enum error error = session_ready(database, problem);
    if (error)
        return error;
    if (!database->begun)
        return problem_set(problem, ERR_INTERNAL, "", NULL, "COMMIT without a transaction");
    database->begun = false;
    RESULT_AUTO PGresult *result = NULL;
    error = run(database, "COMMIT", &result, problem);
    if (error && !database->connection)
        return problem_set(problem, ERR_COMMIT_UNKNOWN, "", NULL,
                           "the connection was lost during COMMIT");
    if (error)
        return error;
    if (strcmp(PQcmdStatus(result), "COMMIT"))
        return problem_set(problem, ERR_INTERNAL, "", NULL,
                           "COMMIT of a failed transaction: it was rolled back");
    return OK;
}

void database_rollback(struct database *database)
{
    session_pipeline_discard(database);
    if (!database->connection || PQtransactionStatus(database->connection) == PQTRANS_IDLE) {
        database->begun = false;
        return;
    }
    char sqlstate[SQLSTATE_SIZE], constraint[sizeof database->constraint];
    memcpy(sqlstate, database->sqlstate, sizeof sqlstate);
    memcpy(constraint, database->constraint, sizeof constraint);
    database->begun = false;
    if (database->copying || run(database, "ROLLBACK", NULL, NULL))
        session_drop(database);
    /* The caller may still want to know why it rolled back. */
    memcpy(database->sqlstate, sqlstate, sizeof sqlstate);
    memcpy(database->constraint, constraint, sizeof constraint);
}

bool database_in_transaction(const struct database *database)
{
    return database->begun;
}

const char *database_sqlstate(const struct database *database)
{
    return database->sqlstate;
}

const char *database_constraint(const struct database *database)
{
    return database->constraint;
}

int32_t database_backend(const struct database *database)
{
    return database->connection ? PQbackendPID(database->connection) : 0;
}
