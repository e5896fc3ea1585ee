/* SPDX-License-Identifier: Apache-2.0 */
#include "common/database/copy.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database/session.h"

/* Signature, flags and the length of an extension that nobody uses. */
static const char signature[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
enum { CHUNK_BYTES = 64 << 10, SQL_SIZE = 4096 };

/* Sends "COPY …" and expects the answer that opens the stream. */
static enum error copy_start(struct database *database, const char *sql, ExecStatusType expected,
                             struct problem *problem)
{
    assert(!database->pipeline.open && !database->copying);
    enum error error = session_ready(database, problem);
    if (error)
        return error;
    if (!PQsendQuery(database->connection, sql))
        return session_fail(database, "sending", problem);
    error = session_flush(database, problem);
    RESULT_AUTO PGresult *result = NULL;
    if (!error)
        error = session_result(database, &result, problem);
    if (error)
        return error;
    if (PQresultStatus(result) == expected) {
        database->copying = true;
        return OK;
    }
    if (PQresultStatus(result) != PGRES_FATAL_ERROR)
        return session_fail(database, "starting COPY: out of step", problem);
    error = session_error(database, result, "COPY", false, problem);
    if (database->connection)
        (void)!session_results(database, NULL, false, NULL, NULL);
    return error;
}

enum error copy_in_begin(struct copy_in *copy, struct database *database, const char *target,
                         struct problem *problem)
{
    char sql[SQL_SIZE];
    int length = snprintf(sql, sizeof sql, "COPY %s FROM STDIN (FORMAT binary)", target);
    assert(length > 0 && (size_t)length < sizeof sql);
    enum error error = copy_start(database, sql, PGRES_COPY_IN, problem);
    if (error)
        return error;
    copy->database = database;
    copy->error = OK;
    copy->fields_left = 0;
    copy->binary.used = 0;
    if (!binary_add(&copy->binary, signature, sizeof signature))
        copy->error = ERR_TOO_LARGE;
    return OK;
}

/* Hands the bytes to libpq, waiting while its buffer is full. -1 from libpq means that the server
 * has refused meanwhile: the end tells why. */
static void chunk_send(struct copy_in *copy)
{
    struct database *database = copy->database;
    while (!copy->error && database->connection) {
        int sent = PQputCopyData(database->connection, (const char *)copy->binary.bytes,
                                 (int)copy->binary.used);
        if (sent < 0)
            copy->error = ERR_DATABASE_AWAY;
        if (sent > 0)
            copy->error = session_flush(database, NULL);
        if (sent)
            break;
        copy->error = session_wait(database, true, session_deadline_ms(database), NULL);
    }
    copy->binary.used = 0;
}

void copy_row(struct copy_in *copy, int16_t fields)
{
    assert(copy->database && !copy->fields_left);
    if (copy->binary.used >= CHUNK_BYTES)
        chunk_send(copy);
    copy->fields_left = fields;
    if (!binary_int16(&copy->binary, fields))
        copy->error = ERR_TOO_LARGE;
}

static void field_add(struct copy_in *copy, const void *bytes, size_t length)
{
    assert(copy->fields_left > 0);
    copy->fields_left--;
    if (!copy->error && !binary_field(&copy->binary, bytes, length))
        copy->error = ERR_TOO_LARGE;
}

void copy_int16(struct copy_in *copy, int16_t value)
{
    uint16_t big = htobe16((uint16_t)value);
    field_add(copy, &big, sizeof big);
}

void copy_int32(struct copy_in *copy, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);
    field_add(copy, &big, sizeof big);
}

void copy_int64(struct copy_in *copy, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    field_add(copy, &big, sizeof big);
}

void copy_bool(struct copy_in *copy, bool value)
{
    uint8_t byte = value;
    field_add(copy, &byte, 1);
}

void copy_text(struct copy_in *copy, const char *text)
{
    field_add(copy, text, text ? strlen(text) : 0);
}

void copy_text_view(struct copy_in *copy, const char *text, size_t length)
{
    field_add(copy, text, length);
}

void copy_bytes(struct copy_in *copy, const void *bytes, size_t length)
{
    field_add(copy, bytes, length);
}

void copy_uuid(struct copy_in *copy, struct uuid uuid)
{
    field_add(copy, uuid.b, sizeof uuid.b);
}

void copy_date(struct copy_in *copy, int32_t days)
{
    int32_t theirs;
    if (!date_to_postgres(days, &theirs) && !copy->error)
        copy->error = ERR_RANGE;
    copy_int32(copy, theirs);
}

void copy_timestamp(struct copy_in *copy, int64_t at_us)
{
    int64_t theirs;
    if (!timestamp_to_postgres(at_us, &theirs) && !copy->error)
        copy->error = ERR_RANGE;
    copy_int64(copy, theirs);
}

void copy_null(struct copy_in *copy)
{
    field_add(copy, NULL, 0);
}

static void copy_in_free(struct copy_in *copy)
{
    free(copy->binary.bytes);
    *copy = (struct copy_in){0};
}

/* `refusal` NULL: what was sent counts. The server's error, if it has one, is what is told. */
static enum error copy_in_finish(struct copy_in *copy, const char *refusal, int64_t *count,
                                 struct problem *problem)
{
    struct database *database = copy->database;
    if (!database->connection)
        return problem_set(problem, ERR_DATABASE_AWAY, "", NULL,
                           "the connection was lost during COPY");
    int sent;
    while (!(sent = PQputCopyEnd(database->connection, refusal)))
        if (session_wait(database, true, session_deadline_ms(database), problem))
            return ERR_DATABASE_AWAY;
    database->copying = false;
    enum error error = session_flush(database, problem);
    RESULT_AUTO PGresult *result = NULL;
    if (!error)
        error = session_results(database, "COPY", false, &result, problem);
    if (!error)
        *count = strtoll(PQcmdTuples(result), NULL, 10);
    return error;
}

enum error copy_in_end(struct copy_in *copy, int64_t *count, struct problem *problem)
{
    struct database *database = copy->database;
    assert(database && !copy->fields_left);
    *count = 0;
    if (!copy->error && !binary_int16(&copy->binary, -1))
        copy->error = ERR_TOO_LARGE;
    chunk_send(copy);
    enum error ours = copy->error;
    bool refused = ours == ERR_TOO_LARGE || ours == ERR_RANGE;
    enum error error =
        copy_in_finish(copy, refused ? "a value is out of bounds" : NULL, count, problem);
    if (refused && database->connection)
        error = problem_set(problem, ours, "", NULL, "COPY: a value is out of bounds");
    copy_in_free(copy);
    return error ? error : ours;
}

void copy_in_abandon(struct copy_in *copy)
{
    int64_t count;
    if (copy->database)
        (void)!copy_in_finish(copy, "abandoned", &count, NULL);
    copy_in_free(copy);
}

enum error copy_out_begin(struct copy_out *copy, struct database *database, const char *query,
                          struct problem *problem)
{
    char sql[SQL_SIZE];
    int length = snprintf(sql, sizeof sql, "COPY (%s) TO STDOUT (FORMAT binary)", query);
    assert(length > 0 && (size_t)length < sizeof sql);
    *copy = (struct copy_out){0};
    enum error error = copy_start(database, sql, PGRES_COPY_OUT, problem);
    if (!error)
        copy->database = database;
    return error;
}

static bool take(struct bytes *left, void *out, size_t length)
{
    if (left->size < length)
        return false;
    if (out)
        memcpy(out, left->data, length);
    left->data += length;
    left->size -= length;
    return true;
}

/* Splits one message of the server, which holds the header (once), then a row or the trailer. */
static bool row_split(struct copy_out *copy, struct bytes left)
{
    if (!copy->header_seen) {
        uint8_t header[sizeof signature];
        if (!take(&left, header, sizeof header) || memcmp(header, signature, sizeof header))
            return false;
        copy->header_seen = true;
    }
    copy->field_count = -1;
    uint16_t count;
    if (!left.size)
        return true; /* the header alone */
    if (!take(&left, &count, sizeof count))
        return false;
    int16_t fields = (int16_t)be16toh(count);
    if (fields == -1) {
        copy->trailer_seen = true;
        return !left.size;
    }
    if (fields < 0 || fields > COPY_FIELDS_MAX)
        return false;
    for (int16_t i = 0; i < fields; i++) {
        uint32_t big;
        if (!take(&left, &big, sizeof big))
            return false;
        int32_t length = (int32_t)be32toh(big);
        copy->fields[i] =
            length < 0 ? (struct bytes){0} : (struct bytes){left.data, (size_t)length};
        if (length > 0 && !take(&left, NULL, (size_t)length))
            return false;
    }
    copy->field_count = fields;
    return !left.size;
}

static enum error copy_out_finish(struct copy_out *copy, struct problem *problem)
{
    struct database *database = copy->database;
    bool complete = copy->trailer_seen;
    copy->database = NULL;
    database->copying = false;
    enum error error = session_results(database, "COPY", false, NULL, problem);
    if (!error && !complete)
        return session_fail(database, "reading COPY: the trailer is missing", problem);
    return error;
}

enum error copy_out_next(struct copy_out *copy, bool *more, struct problem *problem)
{
    struct database *database = copy->database;
    *more = false;
    while (copy->database) {
        PQfreemem(copy->row);
        copy->row = NULL;
        int length = PQgetCopyData(database->connection, &copy->row, 1);
        if (length == 0) {
            enum error error =
                PQsocket(database->connection) < 0
                    ? session_fail(database, "reading COPY", problem)
                    : session_wait(database, false, session_deadline_ms(database), problem);
            if (error) {
                copy->database = NULL;
                return error;
            }
        } else if (length < 0) {
            return copy_out_finish(copy, problem);
        } else if (!row_split(copy, (struct bytes){(uint8_t *)copy->row, (size_t)length})) {
            copy->database = NULL;
            return session_fail(database, "reading COPY: unknown form", problem);
        } else if (copy->field_count >= 0) {
            *more = true;
            return OK;
        }
    }
    return OK;
}

void copy_out_abandon(struct copy_out *copy)
{
    PQfreemem(copy->row);
    if (copy->database)
        session_drop(copy->database);
    *copy = (struct copy_out){0};
}

static void __attribute__((noreturn))
misread(const struct copy_out *copy, int32_t field, const char *wanted)
{
    fprintf(stderr, "COPY: field %d of %d was read as %s\n", field, copy->field_count, wanted);
    abort();
}

static const uint8_t *field_get(const struct copy_out *copy, int32_t field, size_t width,
                                const char *wanted)
{
    if (copy_out_is_null(copy, field) || copy->fields[field].size != width)
        misread(copy, field, wanted);
    return copy->fields[field].data;
}

bool copy_out_is_null(const struct copy_out *copy, int32_t field)
{
    if (field < 0 || field >= copy->field_count)
        misread(copy, field, "null or not");
    return !copy->fields[field].data;
}

int16_t copy_out_int16(const struct copy_out *copy, int32_t field)
{
    uint16_t big;
    memcpy(&big, field_get(copy, field, sizeof big, "int16"), sizeof big);
    return (int16_t)be16toh(big);
}

int32_t copy_out_int32(const struct copy_out *copy, int32_t field)
{
    uint32_t big;
    memcpy(&big, field_get(copy, field, sizeof big, "int32"), sizeof big);
    return (int32_t)be32toh(big);
}

int64_t copy_out_int64(const struct copy_out *copy, int32_t field)
{
    uint64_t big;
    memcpy(&big, field_get(copy, field, sizeof big, "int64"), sizeof big);
    return (int64_t)be64toh(big);
}

bool copy_out_bool(const struct copy_out *copy, int32_t field)
{
    return *field_get(copy, field, 1, "bool") != 0;
}

struct bytes copy_out_bytes(const struct copy_out *copy, int32_t field)
{
    return copy_out_is_null(copy, field) ? (struct bytes){0} : copy->fields[field];
}

struct uuid copy_out_uuid(const struct copy_out *copy, int32_t field)
{
    struct uuid uuid;
    memcpy(uuid.b, field_get(copy, field, sizeof uuid.b, "uuid"), sizeof uuid.b);
    return uuid;
}

int32_t copy_out_date(const struct copy_out *copy, int32_t field)
{
    return date_from_postgres(copy_out_int32(copy, field));
}

int64_t copy_out_timestamp(const struct copy_out *copy, int32_t field)
{
    return timestamp_from_postgres(copy_out_int64(copy, field));
}
