/* SPDX-License-Identifier: Apache-2.0 */
#include "common/database/statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/database/session.h"

static const struct statement begin_statement = {"database_begin",
                                                 "BEGIN ISOLATION LEVEL READ COMMITTED", false};
static const struct statement commit_statement = {"database_commit", "COMMIT", false};
static const struct parameters no_parameters;

static uint64_t hash_add(uint64_t hash, const void *bytes, size_t length)
{
    for (const uint8_t *at = bytes; length--; at++)
        hash = (hash ^ *at) * 1099511628211u;
    return hash;
}

enum { HASH_START = 1469598103 };

static struct prepared *prepared_find(struct database *database, const struct statement *statement)
{
    size_t at = hash_add(HASH_START, statement->name, strlen(statement->name)) % PREPARED_MAX;
    for (size_t i = 0; i < PREPARED_MAX; i++, at = (at + 1) % PREPARED_MAX) {
        struct prepared *prepared = &database->prepared[at];
        if (!prepared->statement)
            *prepared = (struct prepared){.statement = statement};
        if (prepared->statement == statement ||
            !strcmp(prepared->statement->name, statement->name)) {
            assert(!strcmp(prepared->statement->sql, statement->sql));
            return prepared;
        }
    }
    assert(false && "too many statements");
    return NULL;
}

static enum error parameters_check(const struct parameters *parameters,
                                   const struct statement *statement, struct problem *problem)
{
    for (uint32_t i = 0; i < parameters->count; i++)
        if (parameters->items[i].error)
            return problem_set(problem, parameters->items[i].error, "", NULL,
                               "%s: parameter $%u is out of bounds", statement->name, i + 1);
    return OK;
}

static uint64_t parameters_types(const struct parameters *parameters, Oid *types)
{
    for (uint32_t i = 0; i < parameters->count; i++)
        types[i] = parameter_type_id(&parameters->items[i]);
    return hash_add(HASH_START, types, parameters->count * sizeof *types);
}

static bool prepare_send(struct database *database, struct prepared *prepared,
                         const struct parameters *parameters)
{
    Oid types[PARAMETERS_MAX];
    prepared->types = parameters_types(parameters, types);
    prepared->state = PREPARED_UNDER_WAY;
    return PQsendPrepare(database->connection, prepared->statement->name, prepared->statement->sql,
                         (int)parameters->count, types);
}

static bool execute_send(struct database *database, const struct prepared *prepared,
                         const struct parameters *parameters)
{
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    Oid types[PARAMETERS_MAX];
    /* The server was told other types when it prepared this statement: a bug of the caller. */
    assert(prepared->types == parameters_types(parameters, types));
    for (uint32_t i = 0; i < parameters->count; i++) {
        const struct array *item = &parameters->items[i];
        /* An empty value must not look like NULL. */
        const char *bytes = item->binary.bytes ? (const char *)item->binary.bytes : "";
        values[i] = item->is_null ? NULL : bytes;
        lengths[i] = (int)parameter_length(item);
        formats[i] = 1;
    }
    return PQsendQueryPrepared(database->connection, prepared->statement->name,
                               (int)parameters->count, values, lengths, formats, 1);
}

enum error database_query(struct database *database, const struct statement *statement,
                          const struct parameters *parameters, struct rows *rows,
                          struct problem *problem)
{
    assert(!database->pipeline.open && !database->copying);
    if (rows)
        rows_clear(rows);
    parameters = parameters ? parameters : &no_parameters;
    enum error error = session_ready(database, problem);
    if (!error)
        error = parameters_check(parameters, statement, problem);
    if (error)
        return error;
    struct prepared *prepared = prepared_find(database, statement);
    if (prepared->state != PREPARED_READY) {
        if (!prepare_send(database, prepared, parameters))
            return session_fail(database, "preparing", problem);
        error = session_flush(database, problem);
        if (!error)
            error = session_results(database, statement->name, false, NULL, problem);
        if (error)
            return error;
        prepared->state = PREPARED_READY;
    }
    if (!execute_send(database, prepared, parameters))
        return session_fail(database, "sending", problem);
    error = session_flush(database, problem);
    RESULT_AUTO PGresult *result = NULL;
    if (!error)
        error = session_results(database, statement->name, statement->conflict_is_again, &result,
                                problem);
    if (error || !rows)
        return error;
    *rows = (struct rows){result, statement->name};
    result = NULL;
    return OK;
}

void database_pipeline_begin(struct database *database)
{
    struct pipeline *pipeline = &database->pipeline;
    assert(!pipeline->open && !database->copying);
    pipeline->open = true;
    pipeline->has_commit = false;
    pipeline->count = pipeline->sends = 0;
    pipeline->failed_at = SIZE_MAX;
    pipeline->problem = (struct problem){0};
    if (!session_ready(database, &pipeline->problem) && !PQenterPipelineMode(database->connection))
        (void)session_fail(database, "entering pipeline mode", &pipeline->problem);
}

static void step_add(struct pipeline *pipeline, enum step_kind kind,
                     const struct statement *statement, struct prepared *prepared)
{
    if (pipeline->count == pipeline->size) {
        pipeline->size = pipeline->size ? pipeline->size * 2 : 64;
        pipeline->steps = realloc(pipeline->steps, pipeline->size * sizeof *pipeline->steps);
        assert(pipeline->steps);
    }
    pipeline->steps[pipeline->count++] = (struct step){kind, statement, prepared};
}

static void pipeline_send(struct database *database, enum step_kind kind,
                          const struct statement *statement, const struct parameters *parameters)
{
    struct pipeline *pipeline = &database->pipeline;
    assert(pipeline->open && !pipeline->has_commit); /* COMMIT is the last step */
    size_t at = pipeline->sends++;
    if (pipeline->problem.error ||
        parameters_check(parameters, statement, &pipeline->problem) != OK) {
        if (pipeline->failed_at == SIZE_MAX)
            pipeline->failed_at = at;
        return;
    }
    struct prepared *prepared = prepared_find(database, statement);
    bool sent = true;
    if (prepared->state == PREPARED_NOT) {
        step_add(pipeline, STEP_PREPARE, statement, prepared);
        sent = prepare_send(database, prepared, parameters);
    }
    step_add(pipeline, kind, statement, prepared);
    if (kind == STEP_COMMIT)
        pipeline->has_commit = true;
    if (sent)
        sent = execute_send(database, prepared, parameters);
    /* Push what fits into the socket, take what has come: neither side's buffer may fill up. */
    if (!sent || PQflush(database->connection) < 0) {
        pipeline->failed_at = at;
        (void)session_fail(database, "sending", &pipeline->problem);
    }
}

void database_pipeline_send(struct database *database, const struct statement *statement,
                            const struct parameters *parameters)
{
    pipeline_send(database, STEP_STATEMENT, statement, parameters ? parameters : &no_parameters);
}

void database_pipeline_send_begin(struct database *database)
{
    struct pipeline *pipeline = &database->pipeline;
    if (database->begun && !pipeline->problem.error)
        (void)problem_set(&pipeline->problem, ERR_INTERNAL, "", NULL, "BEGIN inside a transaction");
    pipeline_send(database, STEP_BEGIN, &begin_statement, &no_parameters);
    database->begun = !pipeline->problem.error;
}

void database_pipeline_send_commit(struct database *database)
{
    struct pipeline *pipeline = &database->pipeline;
    if (!database->begun && !pipeline->problem.error)
        (void)problem_set(&pipeline->problem, ERR_INTERNAL, "", NULL,
                          "COMMIT without a transaction");
    pipeline_send(database, STEP_COMMIT, &commit_statement, &no_parameters);
}

/* Reads the answer of one step. ERR_DATABASE_AWAY with a closed connection ends the whole. */
static enum error step_finish(struct database *database, const struct step *step, PGresult **kept,
                              struct problem *problem)
{
    enum error first = OK;
    for (;;) {
        RESULT_AUTO PGresult *result = NULL;
        enum error error = session_result(database, &result, problem);
        if (error)
            return error;
        if (!result)
            break;
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            PQclear(*kept);
            *kept = result;
            result = NULL;
        } else if (status == PGRES_PIPELINE_ABORTED) {
            first = first ? first : ERR_AGAIN; /* skipped; the first failure has been told */
        } else if (!first) {
            first = session_error(database, result, step->statement->name,
                                  step->statement->conflict_is_again && step->kind != STEP_PREPARE,
                                  problem);
            if (!database->connection)
                return first;
        }
    }
    if (step->kind == STEP_PREPARE)
        step->prepared->state = first ? PREPARED_NOT : PREPARED_READY;
    if (!first && step->kind == STEP_COMMIT && (!*kept || strcmp(PQcmdStatus(*kept), "COMMIT")))
        first = problem_set(problem, ERR_INTERNAL, "", NULL,
                            "COMMIT of a failed transaction: it was rolled back");
    return first;
}

/* Leaves pipeline mode in step with the server, or not at all. */
static enum error pipeline_leave(struct database *database, struct problem *problem)
{
    RESULT_AUTO PGresult *sync = NULL;
    enum error error = session_result(database, &sync, problem);
    if (error)
        return error;
    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC || !PQexitPipelineMode(database->connection))
        return session_fail(database, "leaving pipeline mode: out of step", problem);
    return OK;
}

/* Reads all answers. *decided: the server has answered COMMIT, or skipped it. */
static enum error pipeline_read(struct database *database, struct rows *rows, bool *decided,
                                struct problem *problem)
{
    struct pipeline *pipeline = &database->pipeline;
    enum error first = OK;
    size_t sends = 0;
    for (size_t i = 0; i < pipeline->count; i++) {
        const struct step *step = &pipeline->steps[i];
        RESULT_AUTO PGresult *result = NULL;
        enum error error = step_finish(database, step, &result, first ? NULL : problem);
        if (error && !first) {
            first = error;
            pipeline->failed_at = sends;
        }
        if (!database->connection)
            return first;
        /* After a failure of class ERROR the server skips the rest up to Sync, COMMIT too. */
        *decided = *decided || first || step->kind == STEP_COMMIT;
        if (step->kind == STEP_PREPARE)
            continue;
        if (!first && rows) {
            rows_clear(&rows[sends]);
            rows[sends] = (struct rows){result, step->statement->name};
            result = NULL;
        }
        sends++;
    }
    return first;
}

static enum error pipeline_finish(struct database *database, struct rows *rows,
                                  struct problem *problem)
{
    struct pipeline *pipeline = &database->pipeline;
    bool commit_sent = pipeline->has_commit, decided = false;
    enum error error = pipeline->problem.error;
    if (database->connection) {
        /* Also after a failure of ours: the server must be brought back into step. */
        struct problem unwanted;
        struct problem *told = error ? &unwanted : problem;
        enum error answered = OK;
        if (!PQpipelineSync(database->connection))
            answered = session_fail(database, "sending", told);
        if (!answered)
            answered = session_flush(database, told);
        if (!answered)
            answered = pipeline_read(database, rows, &decided, told);
        if (database->connection) {
            enum error left = pipeline_leave(database, answered ? NULL : told);
            /* The answer to COMMIT counts, whatever became of the connection after it. */
            if (!answered && !(commit_sent && decided))
                answered = left;
        }
        error = error ? error : answered;
    }
    if (error && commit_sent && !decided)
        return problem_set(problem, ERR_COMMIT_UNKNOWN, "", NULL,
                           "the connection was lost during COMMIT");
    if (pipeline->problem.error && problem)
        *problem = pipeline->problem;
    return error;
}

enum error database_pipeline_end(struct database *database, struct rows *rows, size_t n,
                                 struct problem *problem)
{
    struct pipeline *pipeline = &database->pipeline;
    assert(pipeline->open && (!rows || n == pipeline->sends));
    enum error error = pipeline_finish(database, rows, problem);
    pipeline->open = false;
    if (error) {
        for (size_t i = 0; rows && i < n; i++)
            rows_clear(&rows[i]);
        database_rollback(database);
    } else if (pipeline->has_commit) {
        database->begun = false;
    }
    return error;
}

void session_pipeline_discard(struct database *database)
{
    if (!database->pipeline.open)
        return;
    (void)!pipeline_finish(database, NULL, NULL);
    database->pipeline.open = false;
}

size_t database_pipeline_failed_at(const struct database *database)
{
    return database->pipeline.failed_at;
}
