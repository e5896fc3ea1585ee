/* SPDX-License-Identifier: Apache-2.0
 * Decode: prints events for people, from a topic, from a table or from hexadecimal digits; also as
 * they come. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/event_scan.h"
#include "deploy/billctl/kafka.h"

enum { ARENA_BYTES = 64 << 20, SILENCE_MS = 20000 };

static void arena_clear(struct arena *arena)
{
    arena_fini(arena);
}
#define ARENA_AUTO __attribute__((cleanup(arena_clear)))

struct showing {
    struct arena *arena;
    int64_t from, left;
};

static void tick_print(const struct incoming *incoming)
{
    char hash[HEX_TEXT_SIZE(HASH_BYTES)], at[INSTANT_TEXT_SIZE] = "";
    const struct feed_tick *tick = &incoming->tick;
    hex_encode(hash, sizeof hash, bytes_of(tick->hash.b, HASH_BYTES));
    if (tick->time_us >= INSTANT_MIN_US && tick->time_us <= INSTANT_MAX_US)
        instant_format(at, tick->time_us);
    printf("FeedTick %s/%d offset %lld: epoch %u position %lld complete until %s hash %s\n",
           incoming->topic, incoming->partition, (long long)incoming->offset, tick->epoch,
           (long long)tick->position, at, hash);
}

/* What is neither record nor tick is named and not shown: it may be anything. */
static void incoming_print(struct arena *arena, const struct incoming *incoming)
{
    if (incoming->kind == INCOMING_RECORD)
        record_print(stdout, arena, incoming->topic, incoming->offset, &incoming->record);
    else if (incoming->kind == INCOMING_TICK)
        tick_print(incoming);
    else
        printf("%s %s/%d offset %lld: %zu bytes%s%s\n", incoming_kind_name(incoming->kind),
               incoming->topic, incoming->partition, (long long)incoming->offset,
               incoming->value.size, incoming->why ? ": " : "", incoming->why ? incoming->why : "");
    fflush(stdout);
}

static bool show(void *context, const struct incoming *incoming)
{
    struct showing *showing = context;
    bool counted = incoming->kind == INCOMING_RECORD;
    if (counted && incoming->record.position < showing->from)
        return true;
    incoming_print(showing->arena, incoming);
    showing->left -= counted;
    return showing->left > 0;
}

static const char *topic_of(const char *name)
{
    const struct known_service *service = name ? known_service_named(name) : NULL;
    return service ? service->topic : name;
}

int decode_topic_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    ARENA_AUTO struct arena arena;
    READER_AUTO struct reader *reader = NULL;
    struct showing showing = {.arena = &arena, .from = 1, .left = 10};
    int64_t partition = -1, low = 0, high = 0;
    arena_init(&arena, ARENA_BYTES);
    enum error error = arguments_number(arguments, "--from", 1, INT64_MAX, &showing.from, &problem);
    if (error == OK)
        error = arguments_number(arguments, "--count", 1, INT64_MAX, &showing.left, &problem);
    const char *topic = topic_of(arguments_next(arguments)), *number = arguments_next(arguments);
    if (error == OK &&
        (!topic || !number || text_parse_int64(&partition, number, 0, 1023, NULL) != OK))
        error = problem_set(&problem, ERR_CONFIG, "", "", "a topic and a partition are needed");
    if (error == OK)
        error = arguments_end(arguments, &problem);
    if (error == OK)
        error = kafka_reader(tool, &reader, &problem);
    if (error == OK)
        error =
            reader_watermarks(reader, topic, (int32_t)partition, &low, &high, SILENCE_MS, &problem);
    if (error == OK && high > low) {
        /* Repetitions and ticks only push a record further back, so it stands nowhere before this
         * offset. */
        int64_t start = showing.from - 1 > low ? showing.from - 1 : low;
        if (start < high)
            error = reader_scan(reader, topic, (int32_t)partition, start, high, SILENCE_MS, show,
                                &showing, &problem);
    }
    return error == OK ? STATUS_OK : tool_fail("decode", &problem);
}

static enum error scan_events(struct arena *arena, const struct known_service *service,
                              struct database *database, int64_t shard, int64_t position,
                              int64_t count, int64_t *shown, struct problem *problem)
{
    static struct event_scan scan;
    struct type_codes types = {0};
    char rest[160];
    bool more = true;
    snprintf(rest, sizeof rest,
             "WHERE e.shard = %lld AND e.position >= %lld ORDER BY e.position LIMIT %lld",
             (long long)shard, (long long)position, (long long)count);
    enum error error = service->model ? type_codes_read(&types, database, service->model, problem)
                                      : problem_set(problem, ERR_CONFIG, service->name, "",
                                                    "is not in this program");
    if (error == OK)
        error = event_scan_begin(&scan, service, database, &types, rest, problem);
    while (error == OK && (error = event_scan_next(&scan, &more, problem)) == OK && more) {
        record_print(stdout, arena, service->name, -1, &scan.record);
        ++*shown;
    }
    event_scan_end(&scan);
    type_codes_fini(&types);
    return error;
}

int decode_event_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    const struct known_service *service = NULL;
    DATABASE_AUTO struct database *database = NULL;
    ARENA_AUTO struct arena arena;
    int64_t shard = 0, position = 0, count = 1, shown = 0;
    arena_init(&arena, ARENA_BYTES);
    enum error error = arguments_number(arguments, "--count", 1, INT64_MAX, &count, &problem);
    if (error == OK)
        error = known_service_find(arguments_next(arguments), &service, &problem);
    const char *shard_text = arguments_next(arguments), *position_text = arguments_next(arguments);
    if (error == OK && (!position_text || text_parse_int64(&shard, shard_text, 0, 63, NULL) != OK ||
                        text_parse_int64(&position, position_text, 1, INT64_MAX, NULL) != OK))
        error = problem_set(&problem, ERR_CONFIG, "", "", "a shard and a position are needed");
    if (error == OK)
        error = arguments_end(arguments, &problem);
    if (error == OK)
        error = known_service_read(tool, service, &database, &problem);
    if (error == OK)
        error = scan_events(&arena, service, database, shard, position, count, &shown, &problem);
    if (error == OK && !shown)
        error = problem_set(&problem, ERR_NOT_FOUND, "", "", "%s shard %lld has no position %lld",
                            service->name, (long long)shard, (long long)position);
    return error == OK ? STATUS_OK : tool_fail("decode", &problem);
}

static enum error print_header(const uint8_t *bytes, size_t size, struct problem *problem)
{
    struct record record = {.type = "duebook-feed", .feed_id = ""};
    char texts[RECORD_TEXTS_BYTES];
    struct arena arena;
    if (record_read(&record, bytes, size, texts) != OK)
        return problem_set(problem, ERR_MALFORMED, "", "", "not a header of layout 1");
    arena_init(&arena, 1 << 20);
    record_print(stdout, &arena, "header", -1, &record);
    arena_fini(&arena);
    return OK;
}

int decode_hex_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    ARENA_AUTO struct arena arena;
    (void)tool;
    arena_init(&arena, ARENA_BYTES);
    const char *type = arguments_next(arguments), *digits = arguments_next(arguments);
    if (!digits || arguments_end(arguments, &problem) != OK) {
        problem_set(&problem, ERR_CONFIG, "", "", "a type and its hexadecimal digits are needed");
        return tool_fail("decode", &problem);
    }
    size_t size = 0, most = strlen(digits) / 2 + 1;
    uint8_t *bytes = arena_get(&arena, most);
    enum error error =
        bytes ? hex_decode(bytes, most, &size, bytes_of_text(digits), &problem) : ERR_TOO_LARGE;
    if (error == OK && !strcmp(type, "duebook-feed"))
        error = print_header(bytes, size, &problem);
    else if (error == OK && !known_type(type))
        error = problem_set(&problem, ERR_UNKNOWN_TYPE, type, "", "no service knows this type");
    else if (error == OK && !payload_print(stdout, &arena, type, bytes, size, 0))
        error = problem_set(&problem, ERR_MALFORMED, type, "", "the bytes are not of this type");
    return error == OK ? STATUS_OK : tool_fail("decode", &problem);
}

static enum error follow(struct reader *reader, const char *topic, int32_t partitions,
                         struct problem *problem)
{
    for (int32_t partition = 0; partition < partitions; partition++) {
        int64_t low, high;
        enum error error =
            reader_watermarks(reader, topic, partition, &low, &high, SILENCE_MS, problem);
        if (error == OK)
            error = reader_assign(reader, topic, partition, high, problem);
        if (error != OK)
            return error;
    }
    return OK;
}

int tail_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    ARENA_AUTO struct arena arena;
    READER_AUTO struct reader *reader = NULL;
    int64_t left = INT64_MAX;
    int32_t shards;
    arena_init(&arena, ARENA_BYTES);
    enum error error = arguments_number(arguments, "--count", 1, INT64_MAX, &left, &problem);
    const char *topic = topic_of(arguments_next(arguments));
    if (error == OK && !topic)
        error = problem_set(&problem, ERR_CONFIG, "", "", "a topic or a service is needed");
    if (error == OK)
        error = arguments_end(arguments, &problem);
    if (error == OK)
        error = tool_shards(tool, &shards, &problem);
    if (error == OK)
        error = kafka_reader(tool, &reader, &problem);
    if (error == OK)
        error = follow(reader, topic, shards, &problem);
    while (error == OK && left > 0) {
        struct incoming *incoming = reader_poll(reader, 1000);
        if (incoming && incoming->kind == INCOMING_FATAL)
            error = problem_set(&problem, ERR_BROKER_AWAY, "kafka", "", "%s", incoming->why);
        else if (incoming && incoming->kind != INCOMING_END)
            incoming_print(&arena, incoming);
        left -= incoming && incoming->kind == INCOMING_RECORD;
        incoming_free(incoming);
    }
    return error == OK ? STATUS_OK : tool_fail("tail", &problem);
}
