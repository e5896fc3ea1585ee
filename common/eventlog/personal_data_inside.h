/* SPDX-License-Identifier: Apache-2.0
 * Personal data, inside: what personal_data.c (keys and seals) and vault.c (the functions of schema
 * `vault`) share. Private to this room. */
#pragma once
#include <pthread.h>

#include "common/database/statement.h"
#include "common/eventlog/personal_data.h"

enum { CACHE_SLOTS = 1024, WRAPPED_KEY_BYTES = 24 + 32 + 16 };

/* An unwrapped data key; until_us 0: empty. */
struct cached_key {
    struct uuid subject;
    uint32_t version;
    int64_t until_us; /* monotonic */
    uint8_t key[PERSONAL_DATA_KEY_BYTES];
};

/* Everything secret, in one guarded allocation. */
struct secrets {
    uint8_t installation_key[PERSONAL_DATA_KEY_BYTES];
    struct cached_key cache[CACHE_SLOTS];
};

struct personal_data {
    char *conninfo, *service;
    int32_t cache_s;
    pthread_mutex_t mutex; /* over all below */
    struct database *database;
    struct parameters parameters;
    int64_t next_attempt_us; /* of connecting, after a failure */
    struct secrets *secrets;
};

/* A key as the vault answers it: `wrapped` NULL was destroyed. */
struct vault_key {
    struct uuid subject;
    uint32_t version;
    const uint8_t *wrapped; /* WRAPPED_KEY_BYTES */
};

/* All with the mutex held. The first reads or makes the newest key of each subject, which must be
 * distinct and sorted; `offered` holds n wrapped keys. The keys are borrowed from `rows`. */
enum error vault_keys_ensure(struct personal_data *data, const struct uuid *subjects,
                             const uint8_t (*offered)[WRAPPED_KEY_BYTES], size_t n,
                             struct rows *rows, struct problem *problem);
enum error vault_keys_get(struct personal_data *data, const struct vault_key *wanted, size_t n,
                          struct rows *rows, struct problem *problem);
/* Row `row` of either. ERR_CORRUPT if the key has not its length. */
enum error vault_key_read(const struct rows *rows, int32_t row, struct vault_key *key,
                          struct problem *problem);
/* Forgets the subject's keys. */
void personal_data_cache_drop(struct personal_data *data, struct uuid subject);
/* Connects if need be; a failed attempt is not repeated within 500 ms. */
enum error vault_ready(struct personal_data *data, struct problem *problem);
