/* SPDX-License-Identifier: Apache-2.0
 * Unit fixture: short words for the tests of the unit of work: works from messages, runs through a
 * session, records of a foreign feed. */
#pragma once
#include "trial_store.h"

enum { ARENA_BYTES = 8 << 20, WORKS_MAX = 128 };

/* One test: an empty store and the arenas that its works stand in. */
struct trial_run {
    const struct trial_form *form;
    void *store;
    struct arena unit_arena, arena;
    struct unit *unit;
    struct problem problem;
};

static inline struct trial_run *trial_run_new(const struct trial_form *form)
{
    struct trial_run *run = calloc(1, sizeof *run);
    run->form = form;
    run->store = form->open();
    run->unit = calloc(1, sizeof *run->unit);
    arena_init(&run->unit_arena, ARENA_BYTES);
    arena_init(&run->arena, ARENA_BYTES);
    return run;
}

static inline void trial_run_free(struct trial_run *run)
{
    run->form->close(run->store);
    arena_fini(&run->unit_arena);
    arena_fini(&run->arena);
    free(run->unit);
    free(run);
}

/* An id with a readable name: id(run, "acc-1"). */
static inline char *id(struct trial_run *run, const char *name)
{
    char *text = arena_get(&run->arena, UUID_TEXT_SIZE);
    uuid_format(text, uuid_derive_text("test", name, NULL));
    return text;
}

static inline void answer_something(void *context, struct unit *unit, struct work *work,
                                    struct stream_ref subject, int64_t version,
                                    const ProtobufCMessage *state)
{
    (void)context;
    (void)state;
    work->answer_status = work->result == WORK_REFUSED ? work->refusal->http_status : 201;
    snprintf(work->answer_subject, sizeof work->answer_subject, "%s", subject.id ? subject.id : "");
    work->answer = (uint8_t *)arena_text(unit->arena, "version %lld", (long long)version);
    work->answer_size = strlen((char *)work->answer);
}

static inline struct unit_options options(void)
{
    return (struct unit_options){
        .model = &trial_model, .shards = TRIAL_SHARDS, .answer = answer_something};
}

static inline enum error run_with(struct trial_run *run, const struct unit_options *how,
                                  int session, struct work **works, size_t n)
{
    struct store door = run->form->door(run->store, session);
    return unit_run(run->unit, &run->unit_arena, how, &door, works, n, &run->problem);
}

static inline enum error run_works(struct trial_run *run, int session, struct work **works,
                                   size_t n)
{
    struct unit_options how = options();
    enum error error = run_with(run, &how, session, works, n);
    if (error != OK)
        print_message("%s: %s\n", error_code(error), run->problem.detail);
    return error;
}

/* A command; its decision derives from `name`. */
static inline struct work *command(struct trial_run *run, const char *name,
                                   const ProtobufCMessage *message)
{
    struct work *work = arena_zero(&run->arena, sizeof *work);
    work->origin = WORK_COMMAND;
    work->actor = "test";
    work->decision_id = uuid_derive_text("decision", name, NULL);
    work->record.type = message->descriptor->name;
    work->record.payload = arena_pack(&run->arena, message, &work->record.payload_size);
    return work;
}

static inline void with_receipt(struct work *work, const char *request)
{
    work->receipt = (struct receipt_key){true, work->decision_id, feed_origin(request)};
}

static inline struct work *open_account(struct trial_run *run, const char *account,
                                        const char *number, const char *customer)
{
    Invoicing__OpenAccount open = INVOICING__OPEN_ACCOUNT__INIT;
    open.account_id = id(run, account);
    open.account_number = (char *)(uintptr_t)number;
    open.customer_id = id(run, customer);
    return command(run, arena_text(&run->arena, "open %s", account), &open.base);
}

/* quantity: bytes that deciding it takes from the arena; 0: none. */
static inline struct work *set_charge(struct trial_run *run, const char *account,
                                      const char *charge_id, const char *description,
                                      int64_t quantity)
{
    Common__Decimal bytes = COMMON__DECIMAL__INIT;
    bytes.unscaled = quantity;
    Invoicing__RecurringCharge charge = INVOICING__RECURRING_CHARGE__INIT;
    charge.charge_id = (char *)(uintptr_t)charge_id;
    charge.description = (char *)(uintptr_t)description;
    charge.quantity = quantity ? &bytes : NULL;
    Invoicing__SetRecurringCharge set = INVOICING__SET_RECURRING_CHARGE__INIT;
    set.account_id = id(run, account);
    set.charge = &charge;
    return command(run, arena_text(&run->arena, "charge %s %s %s", account, charge_id, description),
                   &set.base);
}

static inline struct work *issue(struct trial_run *run, const char *invoice, const char *account,
                                 int32_t days)
{
    Common__Date date = COMMON__DATE__INIT;
    date.days = days;
    Invoicing__IssueInvoice issuing = INVOICING__ISSUE_INVOICE__INIT;
    issuing.invoice_id = id(run, invoice);
    issuing.account_id = id(run, account);
    issuing.entity_id = id(run, "entity");
    issuing.issue_date = &date;
    return command(run, arena_text(&run->arena, "issue %s", invoice), &issuing.base);
}

static inline struct work *start_run(struct trial_run *run, const char *name, const char *customer,
                                     const char *only)
{
    Invoicing__StartBillRun start = INVOICING__START_BILL_RUN__INIT;
    start.bill_run_id = id(run, name);
    start.cycle_code = id(run, customer);
    if (only)
        start.entity_id = id(run, only);
    return command(run, arena_text(&run->arena, "run %s", name), &start.base);
}

/* ---- a foreign feed ---- */

struct foreign_feed {
    struct trial_run *run;
    int32_t partition;
    uint32_t epoch;
    int64_t position;
    struct record_hash hash;
};

static inline struct foreign_feed foreign_feed(struct trial_run *run, int32_t partition)
{
    return (struct foreign_feed){run, partition, 0, 0, feed_origin(TRIAL_FEED_IN)};
}

/* The next record of the feed, as a work. */
static inline struct work *hear(struct foreign_feed *feed, const char *key,
                                const ProtobufCMessage *event)
{
    struct arena *arena = &feed->run->arena;
    struct work *work = arena_zero(arena, sizeof *work);
    work->origin = WORK_MESSAGE;
    work->topic = TRIAL_TOPIC_IN;
    work->partition = feed->partition;
    work->offset = feed->position;
    struct record *record = &work->record;
    *record =
        (struct record){.feed_id = TRIAL_FEED_IN,
                        .epoch = feed->epoch,
                        .shard = feed->partition,
                        .position = ++feed->position,
                        .event_id = uuid_derive_text("event", key, event->descriptor->name, NULL),
                        .type = event->descriptor->name,
                        .stream_kind = "item",
                        .version = 1,
                        .posting_days = 20454,
                        .occurred_us = INT64_C(1767225600000000) + feed->position,
                        .recorded_us = INT64_C(1767225600000000) + feed->position,
                        .actor = "",
                        .cause_topic = "",
                        .command_key = ""};
    memcpy(record->key, key, UUID_TEXT_SIZE);
    record->payload = arena_pack(arena, event, &record->payload_size);
    assert_ok(record_seal(record, &feed->hash, arena_get(arena, FEED_HEADER_BYTES_MAX)));
    feed->hash = record->hash;
    return work;
}

static inline struct work *hear_item(struct foreign_feed *feed, const char *item,
                                     const char *account, const char *number, int64_t minor)
{
    Common__Money amount = COMMON__MONEY__INIT;
    amount.currency = "EUR";
    amount.minor = minor;
    Reconciliation__ItemOpened event = RECONCILIATION__ITEM_OPENED__INIT;
    event.item_id = id(feed->run, item);
    event.account_id = id(feed->run, account);
    event.document_number = (char *)(uintptr_t)number;
    event.amount = minor ? &amount : NULL; /* without an amount it is poison */
    return hear(feed, event.account_id, &event.base);
}

static inline struct work *hear_suspense(struct foreign_feed *feed, const char *payment)
{
    Reconciliation__SentToSuspense event = RECONCILIATION__SENT_TO_SUSPENSE__INIT;
    event.payment_id = id(feed->run, payment);
    return hear(feed, event.payment_id, &event.base);
}

/* ---- what came ---- */

#define expect_result(work, expected) check_result((work), (expected), #work, __FILE__, __LINE__)
static inline void check_result(const struct work *work, enum work_result expected,
                                const char *what, const char *file, int line)
{
    if (work->result == expected)
        return;
    print_error("%s\n    expected %s, came %s %s %s\n", what, work_result_name(expected),
                work_result_name(work->result), work->refusal_code, work->problem.detail);
    _fail(file, line);
}

static inline enum work_result run_one(struct trial_run *run, int session, struct work *work)
{
    assert_ok(run_works(run, session, &work, 1));
    return work->result;
}

/* All events of the store, with their hash chains checked. */
static inline size_t events_of(struct trial_run *run, const char *type)
{
    struct store door = run->form->door(run->store, SESSION_ONE);
    size_t count = 0;
    for (int32_t shard = 0; shard < TRIAL_SHARDS; shard++) {
        struct arena_mark mark = arena_mark(&run->arena);
        struct record *records;
        size_t n;
        assert_ok(door.feed(door.self, &run->arena, shard, 0, 10000, &records, &n, &run->problem));
        struct feed_place place = feed_start(trial_model.feed_id);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(feed_judge(&place, &records[i]), FEED_NEXT);
            feed_apply(&place, &records[i], (int64_t)i);
            count += !type || strstr(records[i].type, type);
        }
        arena_rewind(&run->arena, mark);
    }
    return count;
}

static inline int64_t number(struct trial_run *run, const char *table, const char *column,
                             const char *key)
{
    return run->form->number(run->store, table, column, id(run, key));
}

static inline size_t kept(struct trial_run *run, enum kept_what what, struct work **works)
{
    return run->form->kept(run->store, what, &run->arena, works);
}
