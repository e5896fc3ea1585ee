/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/access.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/base/time.h"

enum { GRANT_BYTES = 17, CACHE_SLOTS = 1024, ROLE_MAX = 31 };

/* ---- the copy of the tokens ---- */

static const struct column access_token_columns[] = {
    {"token_id", COLUMN_UUID, COLUMN_KEY},    {"principal_id", COLUMN_UUID, COLUMN_VALUE},
    {"label", COLUMN_TEXT, COLUMN_VALUE},     {"secret_hash", COLUMN_BYTES, COLUMN_VALUE},
    {"grants", COLUMN_BYTES, COLUMN_VALUE},   {"expires_at", COLUMN_TIME, COLUMN_VALUE},
    {"issued_at", COLUMN_TIME, COLUMN_VALUE},
};
const struct table access_token_table = {"access_token", access_token_columns,
                                         sizeof access_token_columns /
                                             sizeof *access_token_columns};

/* Grants that cannot be read grant nothing. */
static size_t grants_pack(const Access__TokenIssued *event, uint8_t *bytes)
{
    size_t size = 0;
    for (size_t i = 0; i < event->n_grants && i < ACCESS_GRANTS_MAX; i++) {
        struct uuid entity = {{0}};
        const Access__Grant *grant = event->grants[i];
        if ((uint32_t)grant->role > ROLE_MAX ||
            (*grant->entity_id && uuid_parse(&entity, grant->entity_id, NULL)))
            continue;
        bytes[size] = (uint8_t)grant->role;
        memcpy(bytes + size + 1, entity.b, sizeof entity.b);
        size += GRANT_BYTES;
    }
    return size;
}

static void token_issued(struct projecting *projecting, const struct record *record,
                         const Access__TokenIssued *event)
{
    uint8_t grants[ACCESS_GRANTS_MAX * GRANT_BYTES];
    size_t size = grants_pack(event, grants);
    row_begin(projecting, &access_token_table);
    row_uuid(projecting, event->token_id);
    row_uuid(projecting, event->principal_id);
    row_text(projecting, event->label);
    row_bytes(projecting, event->secret_hash.data, event->secret_hash.len);
    row_bytes(projecting, grants, size);
    if (event->expires_at_us > 0 && event->expires_at_us <= INSTANT_MAX_US)
        row_time(projecting, event->expires_at_us);
    else
        row_null(projecting);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

void access_project_event(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    if (event->descriptor == &access__token_issued__descriptor) {
        token_issued(projecting, record, (const Access__TokenIssued *)event);
    } else if (event->descriptor == &access__token_revoked__descriptor) {
        row_begin(projecting, &access_token_table);
        row_uuid(projecting, ((const Access__TokenRevoked *)event)->token_id);
        row_drop(projecting);
    }
}

/* ---- text of a token ---- */

struct uuid access_bootstrap_principal(void)
{
    return uuid_derive_text("principal", "bootstrap", NULL);
}

void access_secret_make(struct access_secret *secret)
{
    uint8_t bytes[ACCESS_SECRET_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    hex_encode(secret->text, sizeof secret->text, bytes_of(bytes, sizeof bytes));
    crypto_hash_sha256(secret->hash, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
}

void access_token_write(char out[ACCESS_TOKEN_TEXT_MAX], const char *environment,
                        struct uuid token_id, const char *secret)
{
    char id[HEX_TEXT_SIZE(16)];
    hex_encode(id, sizeof id, bytes_of(token_id.b, sizeof token_id.b));
    struct text_buffer buffer = text_buffer_on(out, ACCESS_TOKEN_TEXT_MAX);
    text_buffer_add_format(&buffer, "bk_%s_%s_%s", environment, id, secret);
    assert(!buffer.overflowed);
}

enum error access_token_parse(const char *text, const char *environment, struct uuid *token_id,
                              uint8_t hash[32])
{
    enum { ID_DIGITS = 32, SECRET_DIGITS = 2 * ACCESS_SECRET_BYTES };
    size_t environment_size = strlen(environment), size = 0;
    if (strlen(text) != 3 + environment_size + 1 + ID_DIGITS + 1 + SECRET_DIGITS ||
        strncmp(text, "bk_", 3) || strncmp(text + 3, environment, environment_size))
        return ERR_MALFORMED;
    const char *id = text + 3 + environment_size;
    const char *secret = id + 1 + ID_DIGITS;
    if (*id++ != '_' || *secret++ != '_')
        return ERR_MALFORMED;
    uint8_t bytes[ACCESS_SECRET_BYTES];
    if (hex_decode(token_id->b, sizeof token_id->b, &size, bytes_of(id, ID_DIGITS), NULL) ||
        hex_decode(bytes, sizeof bytes, &size, bytes_of(secret, SECRET_DIGITS), NULL))
        return ERR_MALFORMED;
    crypto_hash_sha256(hash, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return OK;
}

/* ---- the cache ---- */

struct known_token {
    struct uuid id;
    int64_t until_us; /* monotonic; 0: an empty slot */
    int64_t expires_us;
    bool exists;
    uint8_t secret_hash[32];
    struct access_identity identity;
};

struct access {
    pthread_mutex_t mutex;
    char environment[16];
    bool has_bootstrap;
    uint8_t bootstrap_hash[32];
    struct known_token slots[CACHE_SLOTS];
};

enum error access_new(struct access **access, const struct access_options *options,
                      struct problem *problem)
{
    *access = NULL;
    if (sodium_init() < 0)
        return problem_set(problem, ERR_INTERNAL, "", NULL, "libsodium does not start");
    struct access *made = calloc(1, sizeof *made);
    if (!made)
        abort();
    pthread_mutex_init(&made->mutex, NULL);
    enum error error = text_copy(made->environment, sizeof made->environment,
                                 options->environment ? options->environment : "live");
    const char *bootstrap = options->bootstrap_token;
    if (bootstrap && *bootstrap) {
        if (strlen(bootstrap) < 32)
            error = problem_set(problem, ERR_CONFIG, "BILLING_BOOTSTRAP_TOKEN", NULL,
                                "must have at least 32 characters: `openssl rand -hex 32`");
        made->has_bootstrap = true;
        crypto_hash_sha256(made->bootstrap_hash, (const uint8_t *)bootstrap, strlen(bootstrap));
    }
    if (error) {
        access_free(made);
        return error;
    }
    *access = made;
    return OK;
}

void access_free(struct access *access)
{
    if (!access)
        return;
    pthread_mutex_destroy(&access->mutex);
    free(access);
}

const char *access_environment(const struct access *access)
{
    return access->environment;
}

static bool bootstrap_matches(const struct access *access, const char *token)
{
    uint8_t hash[32];
    crypto_hash_sha256(hash, (const uint8_t *)token, strlen(token));
    return access->has_bootstrap && !sodium_memcmp(hash, access->bootstrap_hash, sizeof hash);
}

static void bootstrap_identity(struct access_identity *identity)
{
    *identity = (struct access_identity){.principal_id = access_bootstrap_principal(),
                                         .token_id = uuid_derive_text("token", "bootstrap", NULL)};
    for (uint32_t role = ROLE_VIEWER; role <= ROLE_SERVICE; role++)
        identity->grants[identity->n_grants++] = (struct access_grant){role, true, {{0}}};
}

static const struct statement token_read = {
    .name = "access_token_read",
    .sql = "SELECT principal_id, secret_hash, grants, expires_at FROM access_token "
           "WHERE token_id = $1::uuid"};

static void grants_unpack(struct access_identity *identity, struct bytes grants)
{
    for (size_t at = 0; at + GRANT_BYTES <= grants.size && identity->n_grants < ACCESS_GRANTS_MAX;
         at += GRANT_BYTES) {
        struct access_grant *grant = &identity->grants[identity->n_grants++];
        grant->role = grants.data[at];
        memcpy(grant->entity.b, grants.data + at + 1, sizeof grant->entity.b);
        grant->all_entities = uuid_is_nil(grant->entity);
    }
}

static enum error token_load(struct database *database, struct known_token *token,
                             struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_uuid(&parameters, token->id);
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &token_read, &parameters, &rows, problem);
    if (error || !rows_count(&rows))
        return error;
    struct bytes hash = rows_bytes(&rows, 0, 1);
    if (hash.size != sizeof token->secret_hash)
        return OK;
    memcpy(token->secret_hash, hash.data, hash.size);
    token->identity.principal_id = rows_uuid(&rows, 0, 0);
    token->identity.token_id = token->id;
    grants_unpack(&token->identity, rows_bytes(&rows, 0, 2));
    token->expires_us = rows_is_null(&rows, 0, 3) ? INT64_MAX : rows_timestamp(&rows, 0, 3);
    token->exists = true;
    return OK;
}

static struct known_token *slot_of(struct access *access, struct uuid id)
{
    uint32_t hash;
    memcpy(&hash, id.b, sizeof hash);
    return &access->slots[hash % CACHE_SLOTS];
}

static enum error token_find(struct access *access, struct database *database, struct uuid id,
                             struct known_token *token, struct problem *problem)
{
    int64_t now_us = monotonic_us();
    pthread_mutex_lock(&access->mutex);
    *token = *slot_of(access, id);
    pthread_mutex_unlock(&access->mutex);
    if (token->until_us > now_us && uuid_equal(token->id, id))
        return OK;
    *token = (struct known_token){.id = id, .until_us = now_us + ACCESS_CACHE_MS * INT64_C(1000)};
    enum error error = token_load(database, token, problem);
    if (error)
        return error;
    pthread_mutex_lock(&access->mutex);
    *slot_of(access, id) = *token;
    pthread_mutex_unlock(&access->mutex);
    return OK;
}

enum error access_identify(struct access *access, struct database *database, const char *token,
                           int64_t wall_now_us, struct access_identity *identity,
                           struct problem *problem)
{
    if (bootstrap_matches(access, token)) {
        bootstrap_identity(identity);
        return OK;
    }
    struct uuid id;
    uint8_t hash[32];
    struct known_token known;
    if (access_token_parse(token, access->environment, &id, hash))
        return problem_set(problem, ERR_NOT_FOUND, "Authorization", "RFC 6750",
                           "the token is not valid");
    enum error error = token_find(access, database, id, &known, problem);
    if (error)
        return error;
    bool same = !sodium_memcmp(hash, known.secret_hash, sizeof hash);
    if (!known.exists || !same || known.expires_us <= wall_now_us)
        return problem_set(problem, ERR_NOT_FOUND, "Authorization", "RFC 6750",
                           "the token is not valid");
    *identity = known.identity;
    return OK;
}

bool access_caller(const struct access_identity *identity, uint32_t roles, struct arena *arena,
                   struct api_caller *caller)
{
    *caller = (struct api_caller){0};
    uuid_format(caller->principal_id, identity->principal_id);
    uuid_format(caller->token_id, identity->token_id);
    const char **entities = arena_zero(arena, (identity->n_grants + 1) * sizeof *entities);
    char(*texts)[UUID_TEXT_SIZE] = arena_get(arena, (identity->n_grants + 1) * sizeof *texts);
    if (!entities || !texts)
        return false;
    bool may = false;
    size_t n = 0;
    for (size_t i = 0; i < identity->n_grants; i++) {
        const struct access_grant *grant = &identity->grants[i];
        uint32_t mask = grant->role <= ROLE_MAX ? 1u << grant->role : 0;
        caller->roles |= mask;
        if (roles && !(mask & roles))
            continue;
        may = true;
        if (grant->all_entities) {
            caller->all_entities = true;
            continue;
        }
        uuid_format(texts[n], grant->entity);
        entities[n] = texts[n];
        n++;
    }
    caller->entities = entities;
    return may;
}
