/* SPDX-License-Identifier: Apache-2.0
 * Session: what the files of this room share about a connection. Private to common/database (it
 * needs libpq's header, which no other room finds). */
#pragma once
#include <libpq-fe.h>

#include "common/database/statement.h"

enum { PREPARED_MAX = 1024, SQLSTATE_SIZE = 6 };

enum prepared_state {
    PREPARED_NOT,
    PREPARED_UNDER_WAY, /* Parse was sent in the pipeline, its answer is not in yet */
    PREPARED_READY,
};

/* What the session knows of one statement; the table is open-addressed by name. */
struct prepared {
    const struct statement *statement; /* NULL: a free place */
    uint64_t types;                    /* of its parameters, since it is prepared for those only */
    enum prepared_state state;
};

enum step_kind {
    STEP_PREPARE,
    STEP_STATEMENT,
    STEP_BEGIN,
    STEP_COMMIT,
};

/* One answer that the pipeline owes us. */
struct step {
    enum step_kind kind;
    const struct statement *statement;
    struct prepared *prepared;
};

struct pipeline {
    struct step *steps;
    size_t count, size, sends; /* sends: steps without the preparing */
    size_t failed_at;
    bool open, has_commit;
    struct problem problem; /* the first failure while sending */
};

struct database {
    PGconn *connection; /* NULL: closed */
    char *conninfo, *schema, *application_name;
    struct database_options options; /* defaults filled in; its texts are those above */
    bool begun;                      /* BEGIN was sent and neither COMMIT nor ROLLBACK since */
    bool copying;
    char sqlstate[SQLSTATE_SIZE];
    char constraint[64];
    struct pipeline pipeline;
    struct prepared prepared[PREPARED_MAX];
};

void result_clear(PGresult **result);
#define RESULT_AUTO __attribute__((cleanup(result_clear)))

/* Closes for good; what is still in flight is in doubt. */
void session_drop(struct database *database);
/* OK if connected, else ERR_DATABASE_AWAY; forgets the last failure. */
enum error session_ready(struct database *database, struct problem *problem);
/* Failure of libpq itself, not of the server: the connection is in doubt and dropped. */
enum error session_fail(struct database *database, const char *what, struct problem *problem);
/* Translates a failed result. `name` is the statement's; may be NULL. Drops a dead session. */
enum error session_error(struct database *database, const PGresult *result, const char *name,
                         bool conflict_is_again, struct problem *problem);
/* Waits for the socket until `deadline_ms` (monotonic); reads what has come. */
enum error session_wait(struct database *database, bool write_too, int64_t deadline_ms,
                        struct problem *problem);
int64_t session_deadline_ms(const struct database *database);
/* Sends everything that is queued, reading meanwhile. */
enum error session_flush(struct database *database, struct problem *problem);
/* The next result, or NULL at the end of a statement; waits with the reply deadline. */
enum error session_result(struct database *database, PGresult **result, struct problem *problem);
/* All results of one statement; keeps the last (may be NULL: discards). Answers the first error. */
enum error session_results(struct database *database, const char *name, bool conflict_is_again,
                           PGresult **last, struct problem *problem);
/* Ends a pipeline whose answers nobody wants. */
void session_pipeline_discard(struct database *database);

/* What a parameter is to the server. */
uint32_t parameter_type_id(const struct array *array);
size_t parameter_length(const struct array *array);

/* Appends to a binary; false if it would grow beyond PARAMETER_BYTES_MAX or memory is out. */
bool binary_add(struct binary *binary, const void *bytes, size_t length);
bool binary_int16(struct binary *binary, int16_t value);
bool binary_int32(struct binary *binary, int32_t value);
bool binary_int64(struct binary *binary, int64_t value);
/* Fields: a length, then the value; -1 for NULL. */
bool binary_field(struct binary *binary, const void *bytes, size_t length);
/* PostgreSQL counts from 2000-01-01 (style.md, item 14); false: it has no such day. */
bool date_to_postgres(int32_t days, int32_t *out);
bool timestamp_to_postgres(int64_t at_us, int64_t *out);
int32_t date_from_postgres(int32_t days);
int64_t timestamp_from_postgres(int64_t at_us);
