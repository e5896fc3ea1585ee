/* SPDX-License-Identifier: Apache-2.0
 * Vault: the calls of schema `vault` (vault/0001_vault.sql) behind personal_data.h. Each is one
 * statement, so one round trip and a transaction of its own. */
#include <stdlib.h>

#include "common/base/time.h"
#include "common/eventlog/personal_data_inside.h"

static const struct statement keys_ensure = {
    .name = "vault_keys_ensure",
    .sql = "SELECT subject_id, key_version, wrapped_key "
           "FROM vault.subject_keys_ensure($1::uuid[], $2::bytea[], $3::text)"};
static const struct statement keys_get = {
    .name = "vault_keys_get",
    .sql = "SELECT subject_id, key_version, wrapped_key "
           "FROM vault.subject_keys_get($1::uuid[], $2::int4[])"};
static const struct statement keys_confirm = {
    .name = "vault_keys_confirm", .sql = "SELECT vault.subject_keys_confirm($1::uuid[])"};
static const struct statement keys_pending = {
    .name = "vault_keys_pending",
    .sql = "SELECT subject_id FROM vault.subject_keys_pending($1::text, $2::int4, $3::int4)"};
static const struct statement keys_forget = {
    .name = "vault_keys_forget", .sql = "SELECT vault.subject_keys_forget($1::uuid[], $2::int4)"};
static const struct statement streams_born = {
    .name = "vault_streams_born",
    .sql = "SELECT DISTINCT u.id FROM unnest($1::uuid[]) AS u(id) "
           "WHERE EXISTS (SELECT FROM event e WHERE e.stream = u.id)"};
static const struct statement destroy = {
    .name = "vault_destroy", .sql = "SELECT vault.subject_destroy($1::uuid, $2::text)::text"};
static const struct statement search_put = {
    .name = "vault_search_put",
    .sql = "SELECT vault.search_put($1::uuid[], $2::text[], $3::text[])::text"};
static const struct statement search_find = {
    .name = "vault_search_find",
    .sql = "SELECT subject_id FROM vault.search_find($1::text, $2::text, $3::text, $4::int4)"};

enum error vault_ready(struct personal_data *data, struct problem *problem)
{
    if (data->database && database_is_open(data->database))
        return OK;
    if (monotonic_us() < data->next_attempt_us)
        return problem_set(problem, ERR_DATABASE_AWAY, "", NULL, "the vault cannot be reached");
    struct database_options options = {.conninfo = data->conninfo,
                                       .application_name = "duebook vault"};
    enum error error = data->database ? database_reopen(data->database, problem)
                                      : database_open(&data->database, &options, problem);
    if (error)
        data->next_attempt_us = monotonic_us() + SECOND_US / 2;
    return error;
}

/* A session that died since the last call is replaced once: these calls may be repeated. */
static enum error vault_ask(struct personal_data *data, const struct statement *statement,
                            struct rows *rows, struct problem *problem)
{
    enum error error = vault_ready(data, problem);
    for (int attempt = 0; !error; attempt++) {
        error = database_query(data->database, statement, &data->parameters, rows, problem);
        if (error != ERR_DATABASE_AWAY || attempt)
            return error;
        error = vault_ready(data, problem);
    }
    return error;
}

enum error vault_keys_ensure(struct personal_data *data, const struct uuid *subjects,
                             const uint8_t (*offered)[WRAPPED_KEY_BYTES], size_t n,
                             struct rows *rows, struct problem *problem)
{
    parameters_reset(&data->parameters);
    struct array *ids = parameters_array(&data->parameters, SQL_UUID);
    struct array *keys = parameters_array(&data->parameters, SQL_BYTES);
    for (size_t i = 0; i < n; i++) {
        array_uuid(ids, subjects[i]);
        array_bytes(keys, offered[i], WRAPPED_KEY_BYTES);
    }
    parameters_text(&data->parameters, data->service);
    return vault_ask(data, &keys_ensure, rows, problem);
}

enum error vault_keys_get(struct personal_data *data, const struct vault_key *wanted, size_t n,
                          struct rows *rows, struct problem *problem)
{
    parameters_reset(&data->parameters);
    struct array *ids = parameters_array(&data->parameters, SQL_UUID);
    struct array *versions = parameters_array(&data->parameters, SQL_INT32);
    for (size_t i = 0; i < n; i++) {
        array_uuid(ids, wanted[i].subject);
        array_int32(versions, (int32_t)wanted[i].version);
    }
    return vault_ask(data, &keys_get, rows, problem);
}

enum error vault_key_read(const struct rows *rows, int32_t row, struct vault_key *key,
                          struct problem *problem)
{
    *key = (struct vault_key){.subject = rows_uuid(rows, row, 0),
                              .version = (uint32_t)rows_int32(rows, row, 1)};
    if (rows_is_null(rows, row, 2))
        return OK;
    struct bytes wrapped = rows_bytes(rows, row, 2);
    if (wrapped.size != WRAPPED_KEY_BYTES)
        return problem_set(problem, ERR_CORRUPT, "", "COL-20", "a wrapped key has not its length");
    key->wrapped = wrapped.data;
    return OK;
}

static void subjects_parameter(struct personal_data *data, const struct uuid *subjects, size_t n)
{
    parameters_reset(&data->parameters);
    struct array *ids = parameters_array(&data->parameters, SQL_UUID);
    for (size_t i = 0; i < n; i++)
        array_uuid(ids, subjects[i]);
}

static enum error confirm(struct personal_data *data, const struct uuid *subjects, size_t n,
                          struct problem *problem)
{
    subjects_parameter(data, subjects, n);
    return vault_ask(data, &keys_confirm, NULL, problem);
}

enum error personal_data_confirm(struct personal_data *data, const struct uuid *subjects, size_t n,
                                 struct problem *problem)
{
    if (!n)
        return OK;
    pthread_mutex_lock(&data->mutex);
    enum error error = confirm(data, subjects, n, problem);
    pthread_mutex_unlock(&data->mutex);
    return error;
}

static int uuid_order(const void *left, const void *right)
{
    return uuid_compare(*(const struct uuid *)left, *(const struct uuid *)right);
}

enum { SWEEP_MAX = 500 };

/* Splits the pending subjects into those that are streams of this service, first, and the others.
 */
static enum error born_first(struct database *database, struct uuid *subjects, size_t n,
                             size_t *n_born, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    struct array *ids = parameters_array(&parameters, SQL_UUID);
    for (size_t i = 0; i < n; i++)
        array_uuid(ids, subjects[i]);
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &streams_born, &parameters, &rows, problem);
    if (error)
        return error;
    qsort(subjects, n, sizeof *subjects, uuid_order);
    *n_born = 0;
    struct uuid born[SWEEP_MAX], others[SWEEP_MAX];
    size_t n_others = 0;
    for (int32_t row = 0; row < rows_count(&rows); row++)
        born[(*n_born)++] = rows_uuid(&rows, row, 0);
    qsort(born, *n_born, sizeof *born, uuid_order);
    for (size_t i = 0; i < n; i++)
        if (!bsearch(&subjects[i], born, *n_born, sizeof *born, uuid_order))
            others[n_others++] = subjects[i];
    memcpy(subjects, born, *n_born * sizeof *born);
    memcpy(subjects + *n_born, others, n_others * sizeof *others);
    return OK;
}

static enum error pending(struct personal_data *data, struct uuid subjects[SWEEP_MAX], size_t *n,
                          struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    parameters_reset(&data->parameters);
    parameters_text(&data->parameters, data->service);
    parameters_int32(&data->parameters, PERSONAL_DATA_PENDING_S);
    parameters_int32(&data->parameters, SWEEP_MAX);
    enum error error = vault_ask(data, &keys_pending, &rows, problem);
    *n = 0;
    for (int32_t row = 0; !error && row < rows_count(&rows); row++)
        subjects[(*n)++] = rows_uuid(&rows, row, 0);
    return error;
}

static enum error sweep(struct personal_data *data, struct database *database, size_t *confirmed,
                        size_t *forgotten, struct problem *problem)
{
    struct uuid subjects[SWEEP_MAX];
    size_t n = 0, n_born = 0;
    enum error error = pending(data, subjects, &n, problem);
    if (!error && n)
        error = born_first(database, subjects, n, &n_born, problem);
    if (!error && n_born)
        error = confirm(data, subjects, n_born, problem);
    if (error || n_born == n) {
        *confirmed = error ? 0 : n_born;
        return error;
    }
    subjects_parameter(data, subjects + n_born, n - n_born);
    parameters_int32(&data->parameters, PERSONAL_DATA_PENDING_S);
    error = vault_ask(data, &keys_forget, NULL, problem);
    *confirmed = n_born;
    *forgotten = error ? 0 : n - n_born;
    return error;
}

enum error personal_data_sweep(struct personal_data *data, struct database *database,
                               size_t *confirmed, size_t *forgotten, struct problem *problem)
{
    *confirmed = *forgotten = 0;
    pthread_mutex_lock(&data->mutex);
    enum error error = sweep(data, database, confirmed, forgotten, problem);
    pthread_mutex_unlock(&data->mutex);
    return error;
}

enum error personal_data_destroy(struct personal_data *data, const char *subject_id,
                                 struct problem *problem)
{
    struct uuid subject;
    enum error error = uuid_parse(&subject, subject_id, problem);
    if (error)
        return error;
    pthread_mutex_lock(&data->mutex);
    parameters_reset(&data->parameters);
    parameters_uuid(&data->parameters, subject);
    parameters_text(&data->parameters, data->service);
    error = vault_ask(data, &destroy, NULL, problem);
    personal_data_cache_drop(data, subject);
    pthread_mutex_unlock(&data->mutex);
    return error;
}

enum error personal_data_search_put(struct personal_data *data, const struct searchable *items,
                                    size_t n, struct problem *problem)
{
    if (!n)
        return OK;
    pthread_mutex_lock(&data->mutex);
    parameters_reset(&data->parameters);
    struct array *ids = parameters_array(&data->parameters, SQL_UUID);
    struct array *kinds = parameters_array(&data->parameters, SQL_TEXT);
    struct array *texts = parameters_array(&data->parameters, SQL_TEXT);
    enum error error = OK;
    for (size_t i = 0; i < n && !error; i++) {
        struct uuid subject;
        error = uuid_parse(&subject, items[i].subject_id, problem);
        if (error)
            break;
        array_uuid(ids, subject);
        array_text(kinds, items[i].kind);
        array_text(texts, items[i].text);
    }
    if (!error)
        error = vault_ask(data, &search_put, NULL, problem);
    pthread_mutex_unlock(&data->mutex);
    return error;
}

static const char *search_how_name(enum search_how how)
{
    switch (how) {
    case SEARCH_EXACT:
        return "exact";
    case SEARCH_PREFIX:
        return "prefix";
    case SEARCH_PART:
        return "part";
    }
    return "exact";
}

enum error personal_data_search(struct personal_data *data, const char *kind, enum search_how how,
                                const char *text, struct uuid *subjects, size_t max, size_t *n,
                                struct problem *problem)
{
    *n = 0;
    ROWS_AUTO struct rows rows = {0};
    pthread_mutex_lock(&data->mutex);
    parameters_reset(&data->parameters);
    parameters_text(&data->parameters, kind);
    parameters_text(&data->parameters, search_how_name(how));
    parameters_text(&data->parameters, text);
    parameters_int32(&data->parameters, max > INT32_MAX ? INT32_MAX : (int32_t)max);
    enum error error = vault_ask(data, &search_find, &rows, problem);
    pthread_mutex_unlock(&data->mutex);
    for (int32_t row = 0; !error && row < rows_count(&rows); row++)
        subjects[(*n)++] = rows_uuid(&rows, row, 0);
    return error;
}
