/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/personal_data.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/eventlog/personal_data_inside.h"

enum { NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, AAD_BYTES_MAX = 256 };
static_assert(WRAPPED_KEY_BYTES ==
                  NONCE_BYTES + PERSONAL_DATA_KEY_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
              "a wrapped key is nonce, key and tag");

enum error personal_data_new(struct personal_data **personal_data,
                             const struct personal_data_options *options, struct problem *problem)
{
    *personal_data = NULL;
    uint8_t key[PERSONAL_DATA_KEY_BYTES];
    size_t size = 0;
    if (sodium_init() < 0)
        return problem_set(problem, ERR_INTERNAL, "", NULL, "libsodium does not start");
    if (!options->key_hex ||
        hex_decode(key, sizeof key, &size, bytes_of_text(options->key_hex), NULL) ||
        size != sizeof key)
        return problem_set(problem, ERR_CONFIG, "BILLING_VAULT_KEY", "COL-20",
                           "must be 64 hex digits: make one with `openssl rand -hex 32`");
    struct personal_data *data = calloc(1, sizeof *data);
    struct secrets *secrets = sodium_malloc(sizeof *secrets);
    if (!data || !secrets)
        abort();
    sodium_memzero(secrets, sizeof *secrets);
    memcpy(secrets->installation_key, key, sizeof key);
    sodium_memzero(key, sizeof key);
    data->secrets = secrets;
    data->conninfo = strdup(options->conninfo);
    data->service = strdup(options->service);
    data->cache_s = options->cache_s ? options->cache_s : PERSONAL_DATA_CACHE_S;
    pthread_mutex_init(&data->mutex, NULL);
    *personal_data = data;
    return OK;
}

void personal_data_free(struct personal_data *data)
{
    if (!data)
        return;
    database_close(data->database);
    parameters_fini(&data->parameters);
    pthread_mutex_destroy(&data->mutex);
    sodium_free(data->secrets);
    free(data->conninfo);
    free(data->service);
    free(data);
}

void keyed_hash(const uint8_t key[PERSONAL_DATA_KEY_BYTES], const void *bytes, size_t size,
                uint8_t hash[32])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, PERSONAL_DATA_KEY_BYTES);
    crypto_auth_hmacsha256_update(&state, bytes, size);
    crypto_auth_hmacsha256_final(&state, hash);
    sodium_memzero(&state, sizeof state);
}

void personal_data_derive_key(const struct personal_data *data, const char *purpose,
                              uint8_t key[PERSONAL_DATA_KEY_BYTES])
{
    char text[128] = "duebook key ";
    struct text_buffer buffer = text_buffer_on(text, sizeof text);
    text_buffer_add(&buffer, "duebook key ");
    text_buffer_add(&buffer, purpose);
    assert(!buffer.overflowed);
    keyed_hash(data->secrets->installation_key, text, buffer.length, key);
}

/* ---- cache ---- */

static struct cached_key *cache_slot(struct personal_data *data, struct uuid subject,
                                     uint32_t version)
{
    uint32_t hash;
    memcpy(&hash, subject.b + 10, sizeof hash);
    return &data->secrets->cache[(hash ^ version) % CACHE_SLOTS];
}

static const uint8_t *cache_find(struct personal_data *data, struct uuid subject, uint32_t version)
{
    struct cached_key *slot = cache_slot(data, subject, version);
    bool ours = slot->until_us && slot->version == version && uuid_equal(slot->subject, subject);
    if (!ours)
        return NULL;
    if (slot->until_us > monotonic_us())
        return slot->key;
    sodium_memzero(slot, sizeof *slot);
    return NULL;
}

static const uint8_t *cache_put(struct personal_data *data, struct uuid subject, uint32_t version,
                                const uint8_t key[PERSONAL_DATA_KEY_BYTES])
{
    struct cached_key *slot = cache_slot(data, subject, version);
    *slot = (struct cached_key){.subject = subject,
                                .version = version,
                                .until_us = monotonic_us() + data->cache_s * SECOND_US};
    memcpy(slot->key, key, sizeof slot->key);
    return slot->key;
}

void personal_data_cache_drop(struct personal_data *data, struct uuid subject)
{
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        if (uuid_equal(data->secrets->cache[i].subject, subject))
            sodium_memzero(&data->secrets->cache[i], sizeof data->secrets->cache[i]);
}

/* ---- wrapping and sealing ---- */

static size_t aad_write(char out[AAD_BYTES_MAX], const char *purpose, struct uuid subject,
                        uint32_t version, const char *kind)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, subject);
    struct text_buffer buffer = text_buffer_on(out, AAD_BYTES_MAX);
    text_buffer_add_format(&buffer, "%s|%s|%u|%s", purpose, text, version, kind);
    return buffer.overflowed ? 0 : buffer.length;
}

static void key_wrap(const struct personal_data *data, struct uuid subject, uint32_t version,
                     const uint8_t key[PERSONAL_DATA_KEY_BYTES], uint8_t wrapped[WRAPPED_KEY_BYTES])
{
    char aad[AAD_BYTES_MAX];
    size_t aad_size = aad_write(aad, "duebook-key", subject, version, "");
    randombytes_buf(wrapped, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        wrapped + NONCE_BYTES, NULL, key, PERSONAL_DATA_KEY_BYTES, (const uint8_t *)aad, aad_size,
        NULL, wrapped, data->secrets->installation_key);
}

static enum error key_unwrap(struct personal_data *data, const struct vault_key *stored,
                             const uint8_t **key, struct problem *problem)
{
    uint8_t plain[PERSONAL_DATA_KEY_BYTES];
    char aad[AAD_BYTES_MAX];
    size_t aad_size = aad_write(aad, "duebook-key", stored->subject, stored->version, "");
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain, NULL, NULL, stored->wrapped + NONCE_BYTES, WRAPPED_KEY_BYTES - NONCE_BYTES,
            (const uint8_t *)aad, aad_size, stored->wrapped, data->secrets->installation_key))
        return problem_set(problem, ERR_CONFIG, "BILLING_VAULT_KEY", "COL-20",
                           "does not open the stored data keys: it is not this installation's");
    *key = cache_put(data, stored->subject, stored->version, plain);
    sodium_memzero(plain, sizeof plain);
    return OK;
}

static enum error seal_one(struct arena *arena, const struct sealing *item, struct uuid subject,
                           uint32_t version, const uint8_t *key, struct problem *problem)
{
    char aad[AAD_BYTES_MAX];
    size_t aad_size = aad_write(aad, "duebook", subject, version, item->kind);
    size_t size = strlen(item->text);
    uint8_t *nonce = arena_get(arena, NONCE_BYTES);
    uint8_t *cipher = arena_get(arena, size + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    char *subject_id = arena_copy_text(arena, item->subject_id);
    char *kind = arena_copy_text(arena, item->kind);
    if (!aad_size || !nonce || !cipher || !subject_id || !kind)
        return problem_set(problem, ERR_TOO_LARGE, item->kind, NULL,
                           "too much personal data in one request");
    randombytes_buf(nonce, NONCE_BYTES);
    unsigned long long cipher_size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(cipher, &cipher_size, (const uint8_t *)item->text,
                                               size, (const uint8_t *)aad, aad_size, NULL, nonce,
                                               key);
    item->sealed->subject_id = subject_id;
    item->sealed->key_version = version;
    item->sealed->kind = kind;
    item->sealed->nonce = (ProtobufCBinaryData){NONCE_BYTES, nonce};
    item->sealed->ciphertext = (ProtobufCBinaryData){(size_t)cipher_size, cipher};
    return OK;
}

static int uuid_order(const void *left, const void *right)
{
    return uuid_compare(*(const struct uuid *)left, *(const struct uuid *)right);
}

static size_t distinct(struct uuid *subjects, size_t n)
{
    qsort(subjects, n, sizeof *subjects, uuid_order);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!kept || !uuid_equal(subjects[kept - 1], subjects[i]))
            subjects[kept++] = subjects[i];
    return kept;
}

static enum error items_check(const struct sealing *items, size_t n, struct uuid *subjects,
                              struct problem *problem)
{
    for (size_t i = 0; i < n; i++) {
        const struct sealing *item = &items[i];
        if (uuid_parse(&subjects[i], item->subject_id, NULL))
            return problem_set(problem, ERR_MALFORMED, item->kind, "COL-20",
                               "the subject of personal data must be a UUID");
        struct bytes text = bytes_of_text(item->text);
        if (text.size > PERSONAL_DATA_TEXT_MAX)
            return problem_set(problem, ERR_TOO_LARGE, item->kind, NULL, "at most %d bytes",
                               PERSONAL_DATA_TEXT_MAX);
        if (!utf8_valid(text, TEXT_LINES) || strlen(item->kind) > 64)
            return problem_set(problem, ERR_MALFORMED, item->kind, NULL,
                               "must be UTF-8 text without control characters");
    }
    return OK;
}

/* Which version of each subject's key is newest: found with the key in the vault. */
struct newest {
    uint32_t version;
    uint8_t key[PERSONAL_DATA_KEY_BYTES];
};

static enum error newest_read(struct personal_data *data, const struct rows *rows,
                              const struct uuid *subjects, size_t n, struct newest *newest,
                              struct problem *problem)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        struct vault_key stored;
        enum error error = vault_key_read(rows, row, &stored, problem);
        if (error)
            return error;
        if (!stored.wrapped) {
            char text[UUID_TEXT_SIZE];
            uuid_format(text, stored.subject);
            return problem_set(problem, ERR_NOT_FOUND, "", "COL-21", "subject %s was erased", text);
        }
        const struct uuid *at = bsearch(&stored.subject, subjects, n, sizeof *subjects, uuid_order);
        const uint8_t *key = cache_find(data, stored.subject, stored.version);
        if (!key)
            error = key_unwrap(data, &stored, &key, problem);
        if (error || !at)
            return error ? error : problem_set(problem, ERR_CORRUPT, "", NULL, "vault: not asked");
        newest[at - subjects].version = stored.version;
        memcpy(newest[at - subjects].key, key, PERSONAL_DATA_KEY_BYTES);
    }
    return OK;
}

/* The vault is asked even when a key is cached: only it knows whether the subject was erased
 * meanwhile, and nothing new may be sealed for an erased one. */
static enum error seal_all(struct personal_data *data, struct arena *arena,
                           const struct sealing *items, size_t n, const struct uuid *of_item,
                           struct uuid *subjects, size_t n_subjects, struct problem *problem)
{
    uint8_t(*offered)[WRAPPED_KEY_BYTES] = arena_get(arena, n_subjects * sizeof *offered);
    struct newest *newest = arena_zero(arena, n_subjects * sizeof *newest);
    if (!offered || !newest)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "too many subjects in one request");
    for (size_t i = 0; i < n_subjects; i++) {
        uint8_t key[PERSONAL_DATA_KEY_BYTES];
        randombytes_buf(key, sizeof key);
        key_wrap(data, subjects[i], 1, key, offered[i]);
        sodium_memzero(key, sizeof key);
    }
    ROWS_AUTO struct rows rows = {0};
    enum error error = vault_keys_ensure(
        data, subjects, (const uint8_t(*)[WRAPPED_KEY_BYTES])offered, n_subjects, &rows, problem);
    if (!error)
        error = newest_read(data, &rows, subjects, n_subjects, newest, problem);
    for (size_t i = 0; i < n && !error; i++) {
        const struct uuid *at = bsearch(&of_item[i], subjects, n_subjects, sizeof *at, uuid_order);
        const struct newest *one = &newest[at - subjects];
        if (!one->version)
            error = problem_set(problem, ERR_CORRUPT, "", NULL, "the vault gave no key");
        else
            error = seal_one(arena, &items[i], of_item[i], one->version, one->key, problem);
    }
    sodium_memzero(newest, n_subjects * sizeof *newest);
    return error;
}

enum error personal_data_seal(struct personal_data *data, struct arena *arena,
                              const struct sealing *items, size_t n, struct problem *problem)
{
    if (n == 0)
        return OK;
    if (n > PERSONAL_DATA_BATCH_MAX)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "at most %d at once",
                           PERSONAL_DATA_BATCH_MAX);
    struct uuid *of_item = arena_get(arena, n * sizeof *of_item);
    struct uuid *subjects = arena_get(arena, n * sizeof *subjects);
    if (!of_item || !subjects)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "too much personal data");
    enum error error = items_check(items, n, of_item, problem);
    if (error)
        return error;
    memcpy(subjects, of_item, n * sizeof *subjects);
    size_t n_subjects = distinct(subjects, n);
    pthread_mutex_lock(&data->mutex);
    error = seal_all(data, arena, items, n, of_item, subjects, n_subjects, problem);
    pthread_mutex_unlock(&data->mutex);
    return error;
}

/* ---- opening ---- */

/* NULL: it does not fit its key, so it is not what we sealed. */
static const char *open_one(struct arena *arena, const Common__Sealed *sealed, struct uuid subject,
                            const uint8_t *key)
{
    enum { TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES };
    char aad[AAD_BYTES_MAX];
    size_t aad_size = aad_write(aad, "duebook", subject, sealed->key_version, sealed->kind);
    if (!aad_size || sealed->nonce.len != NONCE_BYTES || sealed->ciphertext.len < TAG_BYTES)
        return NULL;
    size_t size = sealed->ciphertext.len - TAG_BYTES;
    char *text = arena_get(arena, size + 1);
    if (!text || crypto_aead_xchacha20poly1305_ietf_decrypt(
                     (uint8_t *)text, NULL, NULL, sealed->ciphertext.data, sealed->ciphertext.len,
                     (const uint8_t *)aad, aad_size, sealed->nonce.data, key))
        return NULL;
    text[size] = 0;
    return text;
}

enum opened { OPENED, OPENED_NOT_CACHED, OPENED_CORRUPT };

static enum opened open_cached(struct personal_data *data, struct arena *arena,
                               const Common__Sealed *sealed, struct vault_key *wanted,
                               const char **text)
{
    if (uuid_parse(&wanted->subject, sealed->subject_id, NULL) || !sealed->key_version ||
        sealed->key_version > INT32_MAX)
        return OPENED_CORRUPT;
    wanted->version = sealed->key_version;
    const uint8_t *key = cache_find(data, wanted->subject, wanted->version);
    if (!key)
        return OPENED_NOT_CACHED;
    *text = open_one(arena, sealed, wanted->subject, key);
    return *text ? OPENED : OPENED_CORRUPT;
}

static int wanted_order(const void *left, const void *right)
{
    const struct vault_key *l = left, *r = right;
    int order = uuid_compare(l->subject, r->subject);
    return order ? order : (l->version > r->version) - (l->version < r->version);
}

/* Opens with the keys that the vault gave; a datum whose key is destroyed or unknown keeps its
 * NULL. */
static enum error open_fetched(struct personal_data *data, struct arena *arena,
                               const Common__Sealed *const *sealed, size_t n, const char **texts,
                               const struct rows *rows, size_t *corrupt, struct problem *problem)
{
    size_t count = (size_t)rows_count(rows);
    struct vault_key *stored = arena_get(arena, (count + 1) * sizeof *stored);
    if (!stored)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "too much personal data");
    for (size_t row = 0; row < count; row++) {
        enum error error = vault_key_read(rows, (int32_t)row, &stored[row], problem);
        if (error)
            return error;
    }
    qsort(stored, count, sizeof *stored, wanted_order);
    for (size_t i = 0; i < n; i++) {
        struct vault_key wanted;
        if (!sealed[i] || texts[i] ||
            open_cached(data, arena, sealed[i], &wanted, &texts[i]) != OPENED_NOT_CACHED)
            continue;
        const struct vault_key *found =
            bsearch(&wanted, stored, count, sizeof *stored, wanted_order);
        if (!found || !found->wrapped)
            continue;
        const uint8_t *key;
        enum error error = key_unwrap(data, found, &key, problem);
        if (error)
            return error;
        texts[i] = open_one(arena, sealed[i], wanted.subject, key);
        *corrupt += !texts[i];
    }
    return OK;
}

static enum error open_all(struct personal_data *data, struct arena *arena,
                           const Common__Sealed *const *sealed, size_t n, const char **texts,
                           size_t *corrupt, struct problem *problem)
{
    struct vault_key *missing = arena_get(arena, n * sizeof *missing);
    if (!missing)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "too much personal data");
    size_t n_missing = 0;
    for (size_t i = 0; i < n; i++) {
        if (!sealed[i])
            continue;
        switch (open_cached(data, arena, sealed[i], &missing[n_missing], &texts[i])) {
        case OPENED:
            break;
        case OPENED_NOT_CACHED:
            n_missing++;
            break;
        case OPENED_CORRUPT:
            (*corrupt)++;
            break;
        }
    }
    if (!n_missing)
        return OK;
    qsort(missing, n_missing, sizeof *missing, wanted_order);
    size_t kept = 0;
    for (size_t i = 0; i < n_missing; i++)
        if (!kept || wanted_order(&missing[kept - 1], &missing[i]))
            missing[kept++] = missing[i];
    ROWS_AUTO struct rows rows = {0};
    enum error error = vault_keys_get(data, missing, kept, &rows, problem);
    return error ? error : open_fetched(data, arena, sealed, n, texts, &rows, corrupt, problem);
}

enum error personal_data_open(struct personal_data *data, struct arena *arena,
                              const Common__Sealed *const *sealed, size_t n, const char **texts,
                              size_t *corrupt, struct problem *problem)
{
    size_t ignored = 0;
    corrupt = corrupt ? corrupt : &ignored;
    *corrupt = 0;
    for (size_t i = 0; i < n; i++)
        texts[i] = NULL;
    if (!n)
        return OK;
    pthread_mutex_lock(&data->mutex);
    enum error error = open_all(data, arena, sealed, n, texts, corrupt, problem);
    pthread_mutex_unlock(&data->mutex);
    return error;
}
