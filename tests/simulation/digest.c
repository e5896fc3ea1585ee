/* SPDX-License-Identifier: Apache-2.0
 * Digest: two views of the end. The state hash is of everything, positions and hashes included: the
 * same seed must give the same. The business digest is what people see, without positions, instants
 * and document numbers: a run with faults must give the same as one without. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/wire/message_text.h"
#include "simulation.h"

struct record_hash sim_state_hash(const struct sim *sim)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert(out);
    for (int i = 0; i < sim->n_services; i++) {
        const struct sim_service *service = &sim->services[i];
        for (int32_t shard = 0; shard < SHARDS; shard++) {
            struct memory_head head = memory_store_head(service->store, shard);
            struct memory_relay relay = memory_store_relay(service->store, shard);
            fwrite(head.hash.b, 1, HASH_BYTES, out);
            fprintf(out, "%lld %lld %lld;", (long long)head.position, (long long)relay.offset,
                    (long long)service->topic[shard].n);
        }
    }
    for (size_t i = 0; i < COUNTED; i++)
        fprintf(out, "%llu ", (unsigned long long)sim->counts[i]);
    fclose(out);
    struct record_hash hash = sha256(text, size);
    free(text);
    return hash;
}

/* Lines that may differ between two good runs: numbers follow the order of commits, instants the
 * clock, and what quotes them does too. */
static bool is_volatile(const char *line)
{
    static const char *const names[] = {
        "number",           "document_number",     "creditor_reference", "preceding_number",
        "document_numbers", "creditor_references", "references_in_text", "return_keys"};
    size_t length = strcspn(line, " ");
    size_t start = 0;
    for (size_t i = 0; i < length; i++)
        if (line[i] == '.')
            start = i + 1;
    size_t end = start + strcspn(line + start, "[ ");
    if (end - start > 3 && !memcmp(line + end - 3, "_us", 3))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == end - start && !memcmp(names[i], line + start, end - start))
            return true;
    return false;
}

static char *without_volatile(const char *text)
{
    char *kept = malloc(strlen(text) + 1);
    assert(kept);
    size_t n = 0;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n") + 1;
        if (!is_volatile(line)) {
            memcpy(kept + n, line, length);
            n += length;
        }
        line += length;
    }
    kept[n] = 0;
    return kept;
}

static void digest_stream(struct sim *sim, struct memory_map *texts,
                          const struct sim_service *service, int kind, struct uuid id)
{
    char text[UUID_TEXT_SIZE], key[160];
    uuid_format(text, id);
    int64_t version;
    const ProtobufCMessage *state =
        memory_store_state(service->store, &sim->scratch, kind, text, &version);
    if (!state)
        return;
    struct arena_buffer out = {.arena = &sim->scratch};
    message_print(&out, state, 0);
    arena_buffer_format(&out, "version %lld\n", (long long)version);
    snprintf(key, sizeof key, "%s %s/%s", service->model->name,
             model_kind(service->model, kind)->name, text);
    free(memory_map_put(texts, key, strlen(key) + 1, without_volatile(arena_buffer_text(&out))));
}

void digest_make(struct sim *sim, struct memory_map *texts)
{
    for (int i = 0; i < sim->n_services; i++) {
        const struct sim_service *service = &sim->services[i];
        int kind;
        struct uuid id;
        for (size_t at = 0; memory_store_stream(service->store, at, &kind, &id); at++) {
            arena_reset(&sim->scratch);
            digest_stream(sim, texts, service, kind, id);
        }
    }
    for (size_t i = 0; i < sim->n_requests; i++) {
        const struct request *request = &sim->requests[i];
        if (request->racy)
            continue;
        char key[64], *text = malloc(160);
        assert(text);
        snprintf(key, sizeof key, "request %zu", i);
        snprintf(text, 160, "%s %s %s %s\n", request->type, work_result_name(request->result),
                 request->code, request->subject);
        free(memory_map_put(texts, key, strlen(key) + 1, text));
    }
}

struct record_hash digest_hash(const struct memory_map *texts)
{
    struct record_hash sum = {{0}};
    memory_map_each(texts, i)
    {
        const struct memory_entry *entry = texts->items[i];
        char *both = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&both, &size);
        assert(out);
        fprintf(out, "%s\n%s", (const char *)entry->key, (const char *)entry->value);
        fclose(out);
        struct record_hash hash = sha256(both, size);
        for (size_t at = 0; at < HASH_BYTES; at++) /* the order does not matter */
            sum.b[at] ^= hash.b[at];
        free(both);
    }
    return sum;
}

bool digest_compare(struct sim *sim, const struct memory_map *one, const struct memory_map *other)
{
    memory_map_each(one, i)
    {
        const struct memory_entry *entry = one->items[i];
        const char *left = entry->value,
                   *right = memory_map_get(other, entry->key, entry->key_size);
        if (right && !strcmp(left, right))
            continue;
        size_t at = 0;
        while (right && left[at] == right[at])
            at++;
        while (at && left[at - 1] != '\n')
            at--;
        return sim_break(sim, "with faults %s is `%.100s`, without `%.100s`",
                         (const char *)entry->key, left + at, right ? right + at : "nothing");
    }
    if (one->n_live != other->n_live)
        return sim_break(sim, "%zu states with faults, %zu without", one->n_live, other->n_live);
    return true;
}
