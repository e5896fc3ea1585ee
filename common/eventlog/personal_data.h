/* SPDX-License-Identifier: Apache-2.0
 * Personal data: sealed from the first event on, readable only while the subject's key exists, so
 * that an append-only log can forget (handbook COL-20, COL-21; architecture.md, section 7). Each
 * subject has a data key, wrapped by the key of the installation and kept in schema `vault`; a
 * datum is XChaCha20-Poly1305 under it, with subject, key version and kind as additional data, so
 * that one person's sealed name cannot be shown as another's.
 *
 * One per process, safe from any thread; it has a connection of its own, opened when first needed.
 * Keys that were unwrapped are kept in guarded memory for at most 60 seconds: that is how long an
 * erasure elsewhere takes effect. */
#pragma once
#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/identity/uuid.h"

struct database;
struct personal_data;

enum {
    PERSONAL_DATA_KEY_BYTES = 32,
    PERSONAL_DATA_TEXT_MAX = 16 * 1024,
    PERSONAL_DATA_BATCH_MAX = 10000,
    PERSONAL_DATA_CACHE_S = 60,
    PERSONAL_DATA_PENDING_S = 3600,
};

struct personal_data_options {
    const char *conninfo; /* of the service's role; copied */
    const char *service;  /* whose pending keys these are: "invoicing"; copied */
    const char *key_hex;  /* BILLING_VAULT_KEY: 64 hex digits */
    int32_t cache_s;      /* 0: PERSONAL_DATA_CACHE_S */
};

/* ERR_CONFIG: the key is not 64 hex digits. Does not connect. */
MUST_USE enum error personal_data_new(struct personal_data **personal_data,
                                      const struct personal_data_options *options,
                                      struct problem *problem);
void personal_data_free(struct personal_data *personal_data); /* NULL is fine */

/* One datum to seal. `sealed` is filled in place, its texts and bytes from the arena. */
struct sealing {
    const char *subject_id; /* UUID text; the key is made if the subject has none */
    const char *kind;       /* "name", "address", "iban" */
    const char *text;       /* UTF-8, at most PERSONAL_DATA_TEXT_MAX bytes */
    Common__Sealed *sealed;
};

/* Seals all of them in at most one round trip. New keys stay PENDING until personal_data_confirm.
 * ERR_NOT_FOUND: a subject was erased (its id is problem->detail's) · ERR_MALFORMED · ERR_TOO_LARGE
 * · errors of the database. */
MUST_USE enum error personal_data_seal(struct personal_data *personal_data, struct arena *arena,
                                       const struct sealing *items, size_t n,
                                       struct problem *problem);

/* Opens all of them in at most one round trip. texts[i], in the arena, is NULL where the key was
 * destroyed, where `sealed` is NULL, or where the datum does not fit its key (counted as corrupt in
 * *corrupt, may be NULL). */
MUST_USE enum error personal_data_open(struct personal_data *personal_data, struct arena *arena,
                                       const Common__Sealed *const *sealed, size_t n,
                                       const char **texts, size_t *corrupt,
                                       struct problem *problem);

/* After COMMIT: the streams of these subjects are born. */
MUST_USE enum error personal_data_confirm(struct personal_data *personal_data,
                                          const struct uuid *subjects, size_t n,
                                          struct problem *problem);

/* Of keys pending for over an hour: confirms those whose subject is a stream of this service,
 * forgets the others (their command was refused or lost). `database` is a connection to the
 * service's own schema. */
MUST_USE enum error personal_data_sweep(struct personal_data *personal_data,
                                        struct database *database, size_t *confirmed,
                                        size_t *forgotten, struct problem *problem);

/* Erasure: destroys all keys of the subject and its searchable text. May be repeated. */
MUST_USE enum error personal_data_destroy(struct personal_data *personal_data,
                                          const char *subject_id, struct problem *problem);

/* ---- plain text to be searched, deleted with the subject ---- */

struct searchable {
    const char *subject_id, *kind, *text;
};
/* Replaces what the subjects had under these kinds; erased subjects are left out. */
MUST_USE enum error personal_data_search_put(struct personal_data *personal_data,
                                             const struct searchable *items, size_t n,
                                             struct problem *problem);
enum search_how { SEARCH_EXACT, SEARCH_PREFIX, SEARCH_PART };
/* Ids of subjects, at most `max`, in the order of the ids. Letters compare without case. */
MUST_USE enum error personal_data_search(struct personal_data *personal_data, const char *kind,
                                         enum search_how how, const char *text,
                                         struct uuid *subjects, size_t max, size_t *n,
                                         struct problem *problem);

/* A key for another purpose ("request-hash"), derived from the installation's. */
void personal_data_derive_key(const struct personal_data *personal_data, const char *purpose,
                              uint8_t key[PERSONAL_DATA_KEY_BYTES]);
/* HMAC-SHA256 with such a key. */
void keyed_hash(const uint8_t key[PERSONAL_DATA_KEY_BYTES], const void *bytes, size_t size,
                uint8_t hash[32]);
