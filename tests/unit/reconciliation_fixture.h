/* SPDX-License-Identifier: Apache-2.0
 * Reconciliation fixture: a small world that runs the service's model without a store: declared
 * streams only, states folded, indexes kept, rows projected, handed-over work run at once. Whatever
 * is emitted to a stream that was not declared fails the test, since the unit of work would stop
 * there. */
#pragma once
#include "check.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/payments/v1/payment.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/eventlog/table_row.h"
#include "common/identity/creditor_reference.h"
#include "common/identity/uuid.h"
#include "common/money/calendar.h"
#include "common/money/money.h"
#include "services/reconciliation/domain/kinds.h"
#include "services/reconciliation/domain/tie_out_check.h"
#include "services/reconciliation/domain/tie_out_effect.h"
#include "services/reconciliation/model.h"
#include "services/reconciliation/tables.h"

#define ENTITY "0e000000-0000-4000-8000-000000000001"
#define ENTITY_2 "0e000000-0000-4000-8000-000000000002"
#define ACCOUNT "a0000000-0000-4000-8000-000000000001"
#define ACCOUNT_2 "a0000000-0000-4000-8000-000000000002"
#define CUSTOMER "c0000000-0000-4000-8000-000000000001"
#define INVOICE_1 "10000000-0000-4000-8000-000000000001"
#define INVOICE_2 "10000000-0000-4000-8000-000000000002"
#define INVOICE_3 "10000000-0000-4000-8000-000000000003"
#define CREDIT_NOTE "20000000-0000-4000-8000-000000000001"
#define PAYMENT_1 "30000000-0000-4000-8000-000000000001"
#define PAYMENT_2 "30000000-0000-4000-8000-000000000002"
#define MOVEMENT "40000000-0000-4000-8000-000000000001"
#define STATEMENT "50000000-0000-4000-8000-000000000001"
#define BANK_ACCOUNT "b0000000-0000-4000-8000-000000000001"
#define REQUEST "f0000000-0000-4000-8000-000000000001"
#define REQUEST_2 "f0000000-0000-4000-8000-000000000002"

enum { WORLD_STREAMS = 256, WORLD_ENTRIES = 512, WORLD_EVENTS = 256 };

struct world_stream {
    int kind;
    const char *id;
    int64_t version;
    ProtobufCMessage *state;
};

struct world_entry {
    int index;
    const char *key;
    struct stream_ref ref;
};

struct world_emitted {
    int kind;
    const char *id;
    const ProtobufCMessage *event;
    int32_t posting_days;
    const char *entity_id;
};

struct world {
    struct arena arena;
    struct unit *unit; /* collects rows */
    struct world_stream streams[WORLD_STREAMS];
    size_t n_streams;
    struct world_entry entries[WORLD_ENTRIES];
    size_t n_entries;
    /* of the last message, with what it handed over */
    struct world_emitted events[WORLD_EVENTS];
    size_t n_events;
    enum verdict verdict;
    const struct refusal *refusal;
    const char *field;
    struct stream_ref awaited;
    /* kept back: handed over, not taken */
    bool hold_handovers;
    const ProtobufCMessage *handed[16];
    int32_t handed_days[16];
    size_t n_handed;
    const struct declaring *declaring; /* while deciding: what may be seen */
    int64_t position;
    int64_t now_us;
    int decisions;
};

static inline int32_t day(const char *text)
{
    struct date date;
    assert_ok(date_parse(&date, text, NULL));
    return date.days;
}

static inline struct world_stream *world_stream(struct world *world, int kind, const char *id)
{
    for (size_t i = 0; i < world->n_streams; i++)
        if (world->streams[i].kind == kind && !strcmp(world->streams[i].id, id))
            return &world->streams[i];
    return NULL;
}

static inline const ProtobufCMessage *world_state(void *self, struct stream_ref ref,
                                                  int64_t *version)
{
    struct world_stream *stream = world_stream(self, ref.kind, ref.id);
    if (version)
        *version = stream ? stream->version : 0;
    return stream ? stream->state : NULL;
}

static inline size_t world_look_up(void *self, int index, const char *key,
                                   const struct stream_ref **refs)
{
    struct world *world = self;
    struct stream_ref *found = arena_get(&world->arena, WORLD_ENTRIES * sizeof *found);
    size_t n = 0;
    for (size_t i = 0; i < world->n_entries; i++)
        if (world->entries[i].index == index && !strcmp(world->entries[i].key, key))
            found[n++] = world->entries[i].ref;
    *refs = found;
    return n;
}

/* Only what was declared is there: named streams, and what declared look-ups found. */
static inline bool world_declared(struct world *world, int kind, const char *id)
{
    const struct declaring *declaring = world->declaring;
    for (size_t i = 0; i < declaring->n_streams; i++)
        if (declaring->streams[i].kind == kind && !strcmp(declaring->streams[i].id, id))
            return true;
    for (size_t i = 0; i < declaring->n_look_ups; i++) {
        const struct stream_ref *refs;
        size_t n =
            world_look_up(world, declaring->look_ups[i].index, declaring->look_ups[i].key, &refs);
        for (size_t at = 0; at < n; at++)
            if (refs[at].kind == kind && !strcmp(refs[at].id, id))
                return true;
    }
    return false;
}

static inline const ProtobufCMessage *facts_state(void *self, struct stream_ref ref,
                                                  int64_t *version)
{
    if (!world_declared(self, ref.kind, ref.id)) {
        if (version)
            *version = 0;
        return NULL;
    }
    return world_state(self, ref, version);
}

static inline size_t facts_look_up(void *self, int index, const char *key,
                                   const struct stream_ref **refs)
{
    struct world *world = self;
    for (size_t i = 0; i < world->declaring->n_look_ups; i++)
        if (world->declaring->look_ups[i].index == index &&
            !strcmp(world->declaring->look_ups[i].key, key))
            return world_look_up(self, index, key, refs);
    *refs = NULL;
    return 0;
}

static inline struct series_fact facts_series(void *self, const char *entity_id,
                                              const char *document_class, int32_t year)
{
    (void)self, (void)entity_id, (void)document_class, (void)year;
    return (struct series_fact){.next = 1, .last_issue_days = INT32_MIN};
}

static inline int32_t facts_zone(void *self, const char *zone, int64_t instant_us)
{
    (void)self, (void)zone, (void)instant_us;
    return 0;
}

static inline void world_put(void *self, int index, const char *key, struct stream_ref ref)
{
    struct world *world = self;
    for (size_t i = 0; i < world->n_entries; i++)
        if (world->entries[i].index == index && !strcmp(world->entries[i].key, key) &&
            world->entries[i].ref.kind == ref.kind && !strcmp(world->entries[i].ref.id, ref.id))
            return;
    assert_true(world->n_entries < WORLD_ENTRIES);
    world->entries[world->n_entries++] =
        (struct world_entry){index, arena_copy_text(&world->arena, key), ref};
}

static inline void world_drop(void *self, int index, const char *key, struct stream_ref ref)
{
    struct world *world = self;
    for (size_t i = 0; i < world->n_entries; i++) {
        struct world_entry *entry = &world->entries[i];
        if (entry->index == index && !strcmp(entry->key, key) && !strcmp(entry->ref.id, ref.id)) {
            memmove(entry, entry + 1, (world->n_entries - i - 1) * sizeof *entry);
            world->n_entries--;
            return;
        }
    }
}

static inline void world_open(struct world *world)
{
    *world = (struct world){.now_us = (int64_t)day("2026-07-01") * INT64_C(86400000000)};
    arena_init(&world->arena, (size_t)256 << 20);
    world->unit = calloc(1, sizeof *world->unit);
    assert_non_null(world->unit);
    world->unit->arena = &world->arena;
    world->unit->model = &reconciliation_model;
    world->unit->shards = 12;
}

static inline void world_close(struct world *world)
{
    free(world->unit);
    arena_fini(&world->arena);
}

static inline int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world_open(world);
    *state = world;
    return 0;
}

static inline int world_teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

static inline void world_project(struct world *world, const ProtobufCMessage *event,
                                 const char *entity_id, int32_t posting_days)
{
    struct projecting projecting = {.unit = world->unit, .arena = &world->arena};
    struct record record = {.shard = 3,
                            .position = ++world->position,
                            .type = event->descriptor->name,
                            .posting_days = posting_days,
                            .recorded_us = world->now_us};
    if (*entity_id)
        assert_ok(uuid_parse(&record.entity_id, entity_id, NULL));
    reconciliation_model.project_event(&projecting, &record, event);
}

static inline void world_append(struct world *world, const struct emission *emission)
{
    const struct stream_kind *kind = model_kind(&reconciliation_model, emission->stream.kind);
    assert_non_null(kind);
    assert_non_null(model_evolution(kind, emission->event->descriptor->name));
    if (!world_declared(world, emission->stream.kind, emission->stream.id))
        fail_msg("%s was emitted to %s/%s, which was not declared",
                 emission->event->descriptor->short_name, kind->name, emission->stream.id);
    /* As the log would give it back: what evolves must not share memory with what was decided. */
    size_t size;
    uint8_t *bytes = arena_pack(&world->arena, emission->event, &size);
    ProtobufCMessage *event = arena_unpack(&world->arena, emission->event->descriptor, bytes, size);
    assert_non_null(event);
    struct world_stream *stream = world_stream(world, emission->stream.kind, emission->stream.id);
    if (!stream) {
        assert_true(world->n_streams < WORLD_STREAMS);
        stream = &world->streams[world->n_streams++];
        *stream = (struct world_stream){.kind = emission->stream.kind, .id = emission->stream.id};
    }
    stream->version++;
    model_fold(kind, &world->arena, &stream->state, event);
    struct indexing indexing = {world, world_put, world_drop};
    reconciliation_model.index(&indexing, (struct stream_ref){stream->kind, stream->id}, event,
                               stream->state);
    world_project(world, event, emission->entity_id ? emission->entity_id : "",
                  emission->posting_days);
    struct projecting projecting = {.unit = world->unit, .arena = &world->arena};
    reconciliation_model.project_state(&projecting, (struct stream_ref){stream->kind, stream->id},
                                       stream->version, stream->state);
    assert_true(world->n_events < WORLD_EVENTS);
    world->events[world->n_events++] = (struct world_emitted){
        stream->kind, stream->id, event, emission->posting_days, emission->entity_id};
}

static inline void world_decide(struct world *world, const ProtobufCMessage *message,
                                int32_t cause_days, bool command);

static inline void world_take_handed(struct world *world)
{
    size_t n = world->n_handed;
    world->n_handed = 0;
    for (size_t i = 0; i < n; i++)
        world_decide(world, world->handed[i], world->handed_days[i], false);
}

static inline void world_decide(struct world *world, const ProtobufCMessage *message,
                                int32_t cause_days, bool command)
{
    const struct handler *handler = model_handler(&reconciliation_model, message->descriptor->name);
    assert_non_null(handler);
    char decision[UUID_TEXT_SIZE], number[16];
    snprintf(number, sizeof number, "%d", world->decisions++);
    uuid_format(decision, uuid_derive_text("test", number, NULL));
    struct declaring declaring = {.arena = &world->arena};
    handler->declare(&declaring, message);
    assert_non_null(declaring.key);
    struct facts_source loaded = {world, world_state, world_look_up, facts_series, facts_zone};
    declaring.source = &loaded;
    if (handler->declare_more)
        handler->declare_more(&declaring, message);
    world->declaring = &declaring;
    struct deciding deciding = {
        .arena = &world->arena,
        .source = {world, facts_state, facts_look_up, facts_series, facts_zone},
        .now_us = world->now_us,
        .actor = "person",
        .decision_id = arena_copy_text(&world->arena, decision),
        .cause_posting_days = cause_days,
        .cause_occurred_us = command ? 0 : world->now_us,
        .cause_entity_id = "",
        .entity_id = "",
        .posting_days = cause_days,
    };
    handler->decide(&deciding, message);
    world->verdict = deciding.verdict;
    world->refusal = deciding.refusal;
    world->field = deciding.field;
    world->awaited = deciding.awaited;
    if (deciding.verdict != VERDICT_DECIDED)
        return;
    for (size_t i = 0; i < deciding.n_emissions; i++)
        world_append(world, &deciding.emissions[i]);
    for (size_t i = 0; i < deciding.n_handings; i++) {
        assert_true(world->n_handed < 16);
        world->handed_days[world->n_handed] = deciding.posting_days;
        world->handed[world->n_handed++] = deciding.handings[i].command;
    }
    if (!world->hold_handovers)
        world_take_handed(world);
}

/* A foreign event, as it would be applied: decided, then projected. */
static inline void world_hear(struct world *world, const ProtobufCMessage *event, int32_t days)
{
    world->n_events = 0;
    if (model_handler(&reconciliation_model, event->descriptor->name))
        world_decide(world, event, days, false);
    world_project(world, event, "", days);
}

static inline void world_command(struct world *world, const ProtobufCMessage *command)
{
    world->n_events = 0;
    world_decide(world, command, 0, true);
}

/* ---- asking ---- */

static inline const void *world_find(const struct world *world,
                                     const ProtobufCMessageDescriptor *type, size_t number)
{
    for (size_t i = 0; i < world->n_events; i++)
        if (world->events[i].event->descriptor == type && number-- == 0)
            return world->events[i].event;
    return NULL;
}

static inline size_t world_count(const struct world *world, const ProtobufCMessageDescriptor *type)
{
    size_t n = 0;
    for (size_t i = 0; i < world->n_events; i++)
        n += world->events[i].event->descriptor == type;
    return n;
}

#define FOUND(world, Type, type, number)                                                           \
    ((const Reconciliation__##Type *)world_find(world, &reconciliation__##type##__descriptor,      \
                                                number))

static inline int64_t item_open(struct world *world, const char *id)
{
    const Reconciliation__ItemState *item =
        (const void *)world_state(world, (struct stream_ref){KIND_ITEM, id}, NULL);
    assert_non_null(item);
    return item->open->minor;
}

static inline int64_t money_left(struct world *world, const char *id)
{
    const Reconciliation__MoneyState *money =
        (const void *)world_state(world, (struct stream_ref){KIND_MONEY, id}, NULL);
    assert_non_null(money);
    return money->left->minor;
}

static inline const Reconciliation__MatchState *match_of(struct world *world, const char *id)
{
    return (const void *)world_state(world, (struct stream_ref){KIND_MATCH, id}, NULL);
}

/* "J1: 1100 D 120000, 4000 C 100000" */
static inline const char *journal_text(struct world *world,
                                       const Reconciliation__JournalPosted *journal)
{
    assert_non_null(journal);
    const char *text = journal->template_;
    for (size_t i = 0; i < journal->n_lines; i++) {
        const Reconciliation__JournalLine *line = journal->lines[i];
        bool debit = line->side_case == RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR;
        text = arena_text(&world->arena, "%s%s %u %c %lld", text, i ? "," : ":",
                          line->ledger_account, debit ? 'D' : 'C',
                          (long long)(debit ? line->debit_minor : line->credit_minor));
    }
    return text;
}

static inline void assert_journal(struct world *world, size_t number, const char *expected)
{
    const Reconciliation__JournalPosted *journal =
        FOUND(world, JournalPosted, journal_posted, number);
    assert_string_equal(journal_text(world, journal), expected);
}

static inline void assert_refused_with(const struct world *world, const char *code)
{
    assert_int_equal(world->verdict, VERDICT_REFUSED);
    assert_string_equal(world->refusal->code, code);
}

/* ---- making messages ---- */

static inline Common__Money *eur(struct world *world, int64_t minor)
{
    Common__Money *money = arena_new(&world->arena, Common__Money, COMMON__MONEY__INIT);
    money->currency = "EUR";
    money->minor = minor;
    return money;
}

static inline Common__Date *date_of(struct world *world, const char *text)
{
    Common__Date *date = arena_new(&world->arena, Common__Date, COMMON__DATE__INIT);
    date->days = day(text);
    return date;
}

static inline void hear_account(struct world *world, const char *id, const char *number)
{
    Invoicing__AccountOpened *opened =
        arena_new(&world->arena, Invoicing__AccountOpened, INVOICING__ACCOUNT_OPENED__INIT);
    opened->account_id = id;
    opened->customer_id = CUSTOMER;
    opened->entity_id = ENTITY;
    opened->account_number = number;
    opened->currency = "EUR";
    opened->segment = "STANDARD";
    world_hear(world, &opened->base, day("2026-01-01"));
}

static inline Invoicing__InvoiceIssued *invoice_new(struct world *world, const char *id,
                                                    const char *number, int64_t net, int64_t tax,
                                                    const char *issued, const char *due)
{
    Invoicing__InvoiceIssued *invoice =
        arena_new(&world->arena, Invoicing__InvoiceIssued, INVOICING__INVOICE_ISSUED__INIT);
    invoice->invoice_id = id;
    invoice->account_id = ACCOUNT;
    invoice->customer_id = CUSTOMER;
    invoice->entity_id = ENTITY;
    invoice->number = number;
    invoice->currency = "EUR";
    invoice->issue_date = date_of(world, issued);
    invoice->due_date = date_of(world, due);
    struct creditor_reference reference;
    if (creditor_reference_make(&reference, number, NULL) == OK)
        invoice->creditor_reference = arena_copy_text(&world->arena, reference.text);
    invoice->totals = arena_new(&world->arena, Invoicing__Totals, INVOICING__TOTALS__INIT);
    invoice->totals->net = eur(world, net);
    invoice->totals->tax = eur(world, tax);
    invoice->totals->gross = eur(world, net + tax);
    invoice->totals->payable = eur(world, net + tax);
    return invoice;
}

static inline void hear_invoice(struct world *world, const char *id, const char *number,
                                int64_t gross, const char *due)
{
    Invoicing__InvoiceIssued *invoice = invoice_new(world, id, number, gross, 0, "2026-03-15", due);
    world_hear(world, &invoice->base, invoice->issue_date->days);
    assert_int_equal(world->verdict, VERDICT_DECIDED);
}

static inline Payments__PaymentReceived *payment_new(struct world *world, const char *id,
                                                     int64_t amount)
{
    Payments__PaymentReceived *payment =
        arena_new(&world->arena, Payments__PaymentReceived, PAYMENTS__PAYMENT_RECEIVED__INIT);
    payment->payment_id = id;
    payment->entity_id = ENTITY;
    payment->amount = eur(world, amount);
    payment->value_date = date_of(world, "2026-03-25");
    payment->booking_date = date_of(world, "2026-03-25");
    payment->method = PAYMENT_METHOD_BANK_TRANSFER;
    payment->natural_key = id;
    payment->statement_id = STATEMENT;
    payment->bank_account_id = BANK_ACCOUNT;
    payment->remittance =
        arena_new(&world->arena, Payments__Remittance, PAYMENTS__REMITTANCE__INIT);
    return payment;
}

#define ADD_TEXT(world, message, field, text)                                                      \
    arena_append(&(world)->arena, (message)->n_##field, (message)->field, (void *)(uintptr_t)(text))

static inline void hear_payment(struct world *world, const Payments__PaymentReceived *payment)
{
    world_hear(world, &payment->base, payment->value_date->days);
}

static inline Payments__PaymentReturned *return_new(struct world *world, const char *id,
                                                    int64_t amount, const char *reference)
{
    Payments__PaymentReturned *returned =
        arena_new(&world->arena, Payments__PaymentReturned, PAYMENTS__PAYMENT_RETURNED__INIT);
    returned->payment_id = id;
    returned->entity_id = ENTITY;
    returned->amount = eur(world, amount);
    returned->reason_code = "AM04";
    returned->return_reference = reference;
    returned->value_date = date_of(world, "2026-03-30");
    returned->statement_id = STATEMENT;
    returned->bank_account_id = BANK_ACCOUNT;
    return returned;
}

/* ---- the tie-out over the rows, as store_tie_out.c reads them ---- */

static inline const struct cell *cell_of(const struct table_row *row, const char *column)
{
    for (size_t i = 0; i < row->table->n_columns; i++)
        if (!strcmp(row->table->columns[i].name, column))
            return &row->cells[i];
    fail_msg("table %s has no column %s", row->table->name, column);
    return NULL;
}

static inline int64_t number_of(const struct table_row *row, const char *column)
{
    return cell_of(row, column)->number;
}

static inline struct uuid id_of(const struct table_row *row, const char *column)
{
    struct uuid id = {{0}};
    const struct cell *cell = cell_of(row, column);
    if (!cell->is_null)
        memcpy(id.b, cell->bytes, 16);
    return id;
}

static inline void world_tie_out_rows(struct world *world, struct tie_out_rows *rows)
{
    struct tie_out_book *book = arena_zero(&world->arena, sizeof *book);
    rows->books = book;
    rows->n_books = 1;
    assert_ok(uuid_parse(&book->entity, ENTITY, NULL));
    assert_ok(currency_parse(&book->currency, "EUR", NULL));
    rows->documents =
        arena_zero(&world->arena, (world->unit->n_rows + 1) * sizeof *rows->documents);
    rows->n_documents = 0;
    for (size_t i = 0; i < world->unit->n_rows; i++) {
        const struct table_row *row = world->unit->rows[i];
        if (row->table == &reconciliation_incoming_table)
            book->incoming_minor += number_of(row, "amount_minor");
        if (row->table == &reconciliation_item_table)
            book->open_items_minor += number_of(row, "open_minor");
        if (row->table == &reconciliation_money_table)
            book->money_minor += number_of(row, "left_minor");
        if (row->table == &reconciliation_match_table)
            book->suspense_minor += number_of(row, "suspended_minor");
        if (row->table == &reconciliation_ledger_table) {
            int64_t balance = number_of(row, "debit_minor") - number_of(row, "credit_minor");
            int64_t account = number_of(row, "ledger_account");
            book->receivable_minor += account == 1100 || account == 1150 ? balance : 0;
            book->unapplied_minor += account == 1190 ? balance : 0;
            book->unidentified_minor += account == 2300 ? balance : 0;
        }
        if (row->table == &reconciliation_document_table)
            rows->documents[rows->n_documents++] = (struct tie_out_document){
                .document = id_of(row, "document_id"),
                .entity = book->entity,
                .currency = book->currency,
                .incoming_minor = number_of(row, "incoming_minor"),
                .items_minor = number_of(row, "items_minor"),
                .journal_minor = number_of(row, "journal_minor"),
                .bank_incoming_minor = number_of(row, "bank_incoming_minor"),
                .bank_journal_minor = number_of(row, "bank_journal_minor"),
            };
    }
}

static inline int64_t world_bank_ledger(const struct world *world)
{
    int64_t sum = 0;
    for (size_t i = 0; i < world->unit->n_rows; i++)
        if (world->unit->rows[i]->table == &reconciliation_bank_ledger_table)
            sum += number_of(world->unit->rows[i], "amount_minor");
    return sum;
}

/* All three paths through the books agree, with nothing under way. */
static inline void assert_ties(struct world *world)
{
    struct tie_out_rows rows = {0};
    struct tie_out_report report;
    world_tie_out_rows(world, &rows);
    tie_out_check(&world->arena, &rows, &report);
    for (size_t i = 0; i < report.n_results; i++)
        for (size_t at = 0; at < report.results[i]->n_documents; at++)
            print_message("%s\n", report.results[i]->documents[at]);
    for (size_t i = 0; i < report.n_results; i++)
        for (size_t at = 0; at < report.results[i]->n_breaks; at++)
            print_message("%s: incoming %lld items %lld journal %lld\n",
                          report.results[i]->breaks[at],
                          (long long)report.results[i]->incoming_minor,
                          (long long)report.results[i]->items_minor,
                          (long long)report.results[i]->journal_minor);
    assert_false(report.broken);
}
