/* SPDX-License-Identifier: Apache-2.0
 * Trial store, the form in memory. */
#include "common/eventlog/memory/memory_store.h"
#include "trial_store.h"

struct trial {
    struct memory_store *store;
    struct memory_session *sessions[2];
};

static void *open_memory(void)
{
    struct trial *trial = calloc(1, sizeof *trial);
    trial->store = memory_store_new(&trial_model, TRIAL_SHARDS);
    memory_store_set_time(trial->store, INT64_C(1770000000000000));
    for (int i = 0; i < 2; i++)
        trial->sessions[i] = memory_session_new(trial->store, NULL);
    return trial;
}

/* Every test ends with the proofs: whatever it did, the store must follow from its log. */
static void close_memory(void *self)
{
    struct trial *trial = self;
    struct arena arena;
    struct problem problem = {0};
    arena_init(&arena, 64 << 20);
    enum error error = memory_prove_links(trial->store, &arena, &problem);
    if (error == OK)
        error = memory_prove_states(trial->store, &arena, &problem);
    if (error == OK)
        error = memory_prove_indexes(trial->store, &arena, &problem);
    arena_fini(&arena);
    memory_store_free(trial->store);
    free(trial);
    if (error != OK)
        print_error("%s\n", problem.detail);
    assert_ok(error);
}

static struct store door_memory(void *self, int session)
{
    struct trial *trial = self;
    return memory_session_door(trial->sessions[session]);
}

static size_t kept_memory(void *self, enum kept_what what, struct arena *arena, struct work **works)
{
    struct trial *trial = self;
    bool shards[SHARDS_MAX];
    memset(shards, 1, sizeof shards);
    size_t n = 0;
    switch (what) {
    case KEPT_HANDOVERS:
        memory_kept_handovers(trial->store, arena, shards, KEPT_MAX, works, &n);
        break;
    case KEPT_WAITING:
        memory_kept_waiting(trial->store, arena, shards, KEPT_MAX, works, &n);
        break;
    case KEPT_PARKED: {
        struct memory_parked parked;
        for (; memory_store_parked(trial->store, n, &parked); n++)
            assert_ok(memory_kept_parked(trial->store, arena, &parked.id, &works[n], NULL));
        break;
    }
    }
    return n;
}

static int64_t number_memory(void *self, const char *table, const char *column, const char *key)
{
    struct trial *trial = self;
    struct uuid id = {{0}};
    (void)!uuid_parse(&id, key, NULL);
    for (size_t t = 0; t < trial_model.n_tables; t++) {
        const struct table *found = trial_model.tables[t];
        if (strcmp(found->name, table))
            continue;
        const struct memory_map *map = memory_rows_of(memory_store_rows(trial->store), found);
        memory_map_each(map, i)
        {
            const struct memory_row *row = map->items[i]->value;
            for (size_t c = 0; c < found->n_columns; c++)
                if (!strcmp(found->columns[c].name, column) &&
                    !memcmp(row->cells[0].bytes, id.b, 16))
                    return row->cells[c].number;
        }
    }
    return INT64_MIN;
}

static void restart_memory(void *self, int session)
{
    struct trial *trial = self;
    memory_session_free(trial->sessions[session]);
    trial->sessions[session] = memory_session_new(trial->store, NULL);
}

const struct trial_form trial_memory = {"memory",    open_memory,   close_memory,  door_memory,
                                        kept_memory, number_memory, restart_memory};
