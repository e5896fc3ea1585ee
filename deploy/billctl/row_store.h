/* SPDX-License-Identifier: Apache-2.0
 * Row store: what a replay makes of the tables that people query, without their bytes: a digest per
 * row, hashes of its columns to name those that differ, and its sums exactly. A million rows need
 * about 130 MB; more rows are proved in several passes, each for a share of the keys. */
#pragma once
#include "common/database/connection.h"
#include "common/eventlog/table_row.h"
#include "deploy/billctl/prove_report.h"

enum { ROW_COLUMNS_HASHED = 24 };

/* Which event wrote a row last, and when: events of different shards are replayed one shard after
 * the other, so the later one by `recorded_us` wins, as it did when they were applied. */
struct row_origin {
    const char *service;
    int32_t shard;
    int64_t position, recorded_us;
};

struct row_entry {
    uint8_t key[16], digest[16];
    struct row_origin origin;
    uint32_t sums; /* index of the first sum + 1; 0: none */
    uint16_t table;
    bool used, dropped, seen;
    uint8_t columns[ROW_COLUMNS_HASHED];
};

struct row_store {
    const struct service_model *model;
    uint32_t pass, passes; /* only keys of this share are kept */
    struct row_entry *entries;
    size_t n, mask;
    int64_t *sums;
    size_t n_sums, sums_max;
    int64_t puts;
};

void row_store_init(struct row_store *store, const struct service_model *model, uint32_t pass,
                    uint32_t passes);
void row_store_fini(struct row_store *store);
/* A job's own place: written beside its commands, not by events, so a replay cannot know it. */
bool table_is_progress(const struct table *table);
/* Applies what one event or state wants; a unit holds the rows. */
void row_store_apply(struct row_store *store, const struct unit *unit,
                     const struct row_origin *origin);
/* Compares with the tables; what differs is a break. *rows: how many were compared. */
MUST_USE enum error row_store_compare(struct row_store *store, struct database *database,
                                      struct proof *proof, int64_t *rows, struct problem *problem);
