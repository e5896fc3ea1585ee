/* SPDX-License-Identifier: Apache-2.0
 * Explain: every event that names a thing, of all services and in the order of recording, with the
 * running amounts that follow from them. It reads events only: what it says can be held against any
 * table. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/money/money.h"
#include "common/wire/message.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/event_scan.h"

enum { ARENA_BYTES = 1 << 30, CURRENCIES_MAX = 32, NAME_MAX_BYTES = 128 };

struct named_event {
    struct record record;
    const struct known_service *service;
    ProtobufCMessage *message; /* NULL: unreadable */
};

struct explaining {
    struct tool *tool;
    struct arena arena;
    struct named_event *events;
    size_t n, max;
    bool whole; /* --full: each event with its fields */
};

/* ---- finding ---- */

static void remember(struct explaining *explaining, const struct event_scan *scan)
{
    struct arena *arena = &explaining->arena;
    if (explaining->n == explaining->max) {
        explaining->max = explaining->max ? explaining->max * 2 : 256;
        explaining->events =
            realloc(explaining->events, explaining->max * sizeof *explaining->events);
        assert(explaining->events);
    }
    struct named_event *event = &explaining->events[explaining->n];
    *event = (struct named_event){.record = scan->record, .service = scan->service};
    struct record *record = &event->record;
    record->type = arena_copy_text(arena, record->type);
    record->stream_kind = arena_copy_text(arena, record->stream_kind);
    record->actor = arena_copy_text(arena, record->actor);
    record->cause_topic = arena_copy_text(arena, record->cause_topic);
    record->command_key = arena_copy_text(arena, record->command_key);
    record->payload = arena_copy(arena, record->payload, record->payload_size);
    record->header = NULL;
    if (arena->exhausted)
        return;
    const ProtobufCMessageDescriptor *descriptor = known_type(record->type);
    event->message =
        descriptor ? arena_unpack(arena, descriptor, record->payload, record->payload_size) : NULL;
    explaining->n++;
}

/* `name` stands in the payload as text, or is the stream's id. The house's own events are left out.
 */
static enum error search(struct explaining *explaining, const struct known_service *service,
                         const char *name, struct problem *problem)
{
    DATABASE_AUTO struct database *database = NULL;
    EVENT_SCAN_AUTO struct event_scan scan = {0};
    struct type_codes types = {0};
    struct uuid id;
    char hex[HEX_TEXT_SIZE(NAME_MAX_BYTES)], rest[700];
    bool more = true;
    hex_encode(hex, sizeof hex, bytes_of_text(name));
    snprintf(rest, sizeof rest,
             "WHERE e.kind < 1000 AND (position('\\x%s'::bytea IN e.payload) > 0%s%s%s) ORDER BY "
             "e.shard, e.position",
             hex, uuid_parse(&id, name, NULL) == OK ? " OR e.stream = '" : "",
             uuid_parse(&id, name, NULL) == OK ? name : "",
             uuid_parse(&id, name, NULL) == OK ? "'" : "");
    enum error error =
        service->model ? known_service_read(explaining->tool, service, &database, problem) : OK;
    if (error == OK && database)
        error = type_codes_read(&types, database, service->model, problem);
    if (error == OK && database)
        error = event_scan_begin(&scan, service, database, &types, rest, problem);
    while (error == OK && database && (error = event_scan_next(&scan, &more, problem)) == OK &&
           more)
        remember(explaining, &scan);
    event_scan_end(&scan);
    type_codes_fini(&types);
    if (explaining->arena.exhausted)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "too many events name it");
    return error;
}

static int by_time(const void *left, const void *right)
{
    const struct named_event *one = left, *other = right;
    if (one->record.recorded_us != other->record.recorded_us)
        return one->record.recorded_us < other->record.recorded_us ? -1 : 1;
    if (one->service != other->service)
        return one->service < other->service ? -1 : 1;
    if (one->record.shard != other->record.shard)
        return one->record.shard - other->record.shard;
    return one->record.position < other->record.position ? -1 : 1;
}

static enum error search_all(struct explaining *explaining, const char *name,
                             struct problem *problem)
{
    explaining->n = 0;
    arena_reset(&explaining->arena);
    for (size_t i = 0; i < SERVICES; i++) {
        enum error error = search(explaining, &known_services[i], name, problem);
        if (error != OK)
            return error;
    }
    if (explaining->n)
        qsort(explaining->events, explaining->n, sizeof *explaining->events, by_time);
    return OK;
}

static const char *text_of(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        message ? message_field(message->descriptor, name) : NULL;
    if (!field || field->type != PROTOBUF_C_TYPE_STRING || message_field_is_repeated(field))
        return "";
    return *(const char *const *)message_field_place(message, field);
}

/* What a number of that kind stands in, and the field with the id that it belongs to. */
static const struct {
    const char *kind, *number_field, *id_field;
} numbers[] = {
    {"account", "account_number", "account_id"},   {"document", "number", "invoice_id"},
    {"document", "number", "credit_note_id"},      {"item", "document_number", "item_id"},
    {"payment", "source_reference", "payment_id"}, {"payment", "bank_reference", "payment_id"},
};

/* The id behind a number, copied to `id`; false: no event says. */
static bool id_of_number(const struct explaining *explaining, const char *kind, const char *number,
                         char id[UUID_TEXT_SIZE])
{
    struct uuid uuid;
    for (size_t i = 0; i < explaining->n; i++)
        for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++) {
            const ProtobufCMessage *message = explaining->events[i].message;
            const char *found = text_of(message, numbers[j].id_field);
            if (strcmp(numbers[j].kind, kind) != 0 ||
                strcmp(text_of(message, numbers[j].number_field), number) != 0 ||
                uuid_parse(&uuid, found, NULL) != OK)
                continue;
            memcpy(id, found, UUID_TEXT_SIZE);
            return true;
        }
    return false;
}

/* ---- amounts ---- */

struct running {
    struct currency currency;
    struct money open, on_account, in_suspense;
};

struct balances {
    struct running items[CURRENCIES_MAX];
    size_t n;
};

static struct running *running_of(struct balances *balances, struct currency currency)
{
    for (size_t i = 0; i < balances->n; i++)
        if (!strcmp(balances->items[i].currency.code, currency.code))
            return &balances->items[i];
    if (balances->n == CURRENCIES_MAX)
        return NULL;
    struct running *running = &balances->items[balances->n++];
    struct money nothing = money_of(0, currency);
    *running = (struct running){currency, nothing, nothing, nothing};
    return running;
}

/* How an event of reconciliation, the authority for what is open, moves the three amounts. */
static const struct {
    const ProtobufCMessageDescriptor *type;
    int open, on_account, in_suspense;
} moves[] = {
    {&reconciliation__item_opened__descriptor, 1, 0, 0},
    {&reconciliation__payment_applied__descriptor, -1, 0, 0},
    {&reconciliation__application_reversed__descriptor, 1, 0, 0},
    {&reconciliation__credit_applied__descriptor, -1, 0, 0},
    {&reconciliation__money_on_account__descriptor, 0, 1, 0},
    {&reconciliation__money_used__descriptor, 0, -1, 0},
    {&reconciliation__money_returned__descriptor, 0, -1, 0},
    {&reconciliation__sent_to_suspense__descriptor, 0, 0, 1},
    {&reconciliation__suspense_returned__descriptor, 0, 0, -1},
};

static bool amount_of(const ProtobufCMessage *message, struct money *amount)
{
    const ProtobufCFieldDescriptor *field =
        message ? message_field(message->descriptor, "amount") : NULL;
    if (!field || field->descriptor != &common__money__descriptor ||
        message_field_is_repeated(field))
        return false;
    const Common__Money *money = (const Common__Money *)message_field_message(message, field);
    struct currency currency;
    if (!money || currency_parse(&currency, money->currency, NULL) != OK)
        return false;
    *amount = money_of(money->minor, currency); /* raw: from the wire */
    return true;
}

static void move(struct money *balance, struct money amount, int direction)
{
    struct money moved = *balance;
    enum error error = direction > 0   ? money_add(&moved, *balance, amount, NULL)
                       : direction < 0 ? money_sub(&moved, *balance, amount, NULL)
                                       : OK;
    if (error == OK)
        *balance = moved;
}

/* True: the event moved something; the running amounts are then printed. */
static bool follow(struct balances *balances, const ProtobufCMessage *message,
                   struct running **shown)
{
    struct money amount;
    if (!amount_of(message, &amount))
        return false;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        struct running *running =
            moves[i].type == message->descriptor ? running_of(balances, amount.currency) : NULL;
        if (!running)
            continue;
        move(&running->open, amount, moves[i].open);
        move(&running->on_account, amount, moves[i].on_account);
        move(&running->in_suspense, amount, moves[i].in_suspense);
        *shown = running;
        return true;
    }
    if (message->descriptor == &reconciliation__payer_identified__descriptor &&
        ((const Reconciliation__PayerIdentified *)message)->from_suspense &&
        (*shown = running_of(balances, amount.currency))) {
        move(&(*shown)->in_suspense, amount, -1);
        return true;
    }
    return false;
}

/* ---- printing ---- */

static const char *short_type(const char *type)
{
    const char *last = strrchr(type, '.');
    return last ? last + 1 : type;
}

static void print_event(struct explaining *explaining, const struct named_event *event,
                        struct balances *balances)
{
    char at[INSTANT_TEXT_SIZE] = "", amount[MONEY_TEXT_SIZE] = "", open[MONEY_TEXT_SIZE],
         rest[MONEY_TEXT_SIZE], suspense[MONEY_TEXT_SIZE], place[48];
    struct money money;
    struct running *running;
    if (event->record.recorded_us >= INSTANT_MIN_US && event->record.recorded_us <= INSTANT_MAX_US)
        instant_format(at, event->record.recorded_us);
    if (amount_of(event->message, &money))
        money_format(amount, money);
    snprintf(place, sizeof place, "%s/%d/%lld", event->service->name, event->record.shard,
             (long long)event->record.position);
    printf("%.19s  %-24s %-24s %16s", at, place, short_type(event->record.type), amount);
    if (follow(balances, event->message, &running)) {
        money_format_amount(open, running->open);
        money_format_amount(rest, running->on_account);
        money_format_amount(suspense, running->in_suspense);
        printf("  open %s, on account %s, in suspense %s", open, rest, suspense);
    }
    const char *number = text_of(event->message, "number");
    if (!*number)
        number = text_of(event->message, "document_number");
    printf("%s%s\n", *number ? "  " : "", number);
    if (explaining->whole)
        payload_print(stdout, &explaining->arena, event->record.type, event->record.payload,
                      event->record.payload_size, 8);
}

static void print_all(struct explaining *explaining)
{
    struct balances balances = {.n = 0};
    for (size_t i = 0; i < explaining->n; i++)
        print_event(explaining, &explaining->events[i], &balances);
    printf("%zu events\n", explaining->n);
    for (size_t i = 0; i < balances.n; i++) {
        char open[MONEY_TEXT_SIZE], rest[MONEY_TEXT_SIZE], suspense[MONEY_TEXT_SIZE];
        money_format(open, balances.items[i].open);
        money_format(rest, balances.items[i].on_account);
        money_format(suspense, balances.items[i].in_suspense);
        printf("in the end: open %s, on account %s, in suspense %s\n", open, rest, suspense);
    }
}

static enum error explain(struct explaining *explaining, struct arguments *arguments,
                          struct problem *problem)
{
    static const char *const kinds[] = {"account", "item", "payment", "document", "stream"};
    const char *kind = arguments_next(arguments), *name = arguments_next(arguments);
    bool known = false;
    char id[UUID_TEXT_SIZE];
    struct uuid uuid;
    for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
        known = known || !strcmp(kind, kinds[i]);
    if (!known || !name || !*name || strlen(name) > NAME_MAX_BYTES)
        return problem_set(problem, ERR_CONFIG, "", "",
                           "account, item, payment, document or stream, and its id or number");
    enum error error = arguments_end(arguments, problem);
    if (error == OK)
        error = search_all(explaining, name, problem);
    if (error == OK && uuid_parse(&uuid, name, NULL) != OK) {
        if (!id_of_number(explaining, kind, name, id))
            return problem_set(problem, ERR_NOT_FOUND, "", "", "no event tells of the %s %s", kind,
                               name);
        printf("%s %s is %s\n", kind, name, id);
        error = search_all(explaining, id, problem);
    }
    if (error == OK && !explaining->n)
        return problem_set(problem, ERR_NOT_FOUND, "", "", "no event tells of the %s %s", kind,
                           name);
    return error;
}

int explain_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    struct explaining explaining = {.tool = tool};
    arena_init(&explaining.arena, ARENA_BYTES);
    explaining.whole = arguments_flag(arguments, "--full");
    enum error error = explain(&explaining, arguments, &problem);
    if (error == OK)
        print_all(&explaining);
    free(explaining.events);
    arena_fini(&explaining.arena);
    return error == OK ? STATUS_OK : tool_fail("explain", &problem);
}
