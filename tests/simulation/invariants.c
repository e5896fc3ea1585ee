/* SPDX-License-Identifier: Apache-2.0
 * Invariants: after each step what is new is looked at; now and then everything is (reliability.md,
 * I1 to I9). They read events and states only as protobuf messages, and know no service's code. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/payments/v1/payment.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "simulation.h"

/* A running total per currency and ledger account; account 0 is what the events outside the journal
 * say. */
struct total {
    int64_t minor;
};

struct ledger {
    struct memory_map totals;  /* "EUR 1100" -> struct total */
    struct memory_map numbers; /* document series -> struct total: how many */
    struct memory_map seen;    /* every document number */
};

struct ledger *ledger_new(void)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    assert(ledger);
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    memory_map_fini(&ledger->totals, free);
    memory_map_fini(&ledger->numbers, free);
    memory_map_fini(&ledger->seen, free);
    free(ledger);
}

static struct total *total_of(struct memory_map *map, const char *key)
{
    struct total *total = memory_map_get(map, key, strlen(key));
    if (total)
        return total;
    total = calloc(1, sizeof *total);
    assert(total);
    memory_map_put(map, key, strlen(key), total);
    return total;
}

enum { OUTSIDE_SALES = 1, OUTSIDE_BANK = 2 };

static void add(struct sim *sim, const char *currency, unsigned account, int64_t minor)
{
    char key[32];
    snprintf(key, sizeof key, "%.3s %u", currency, account);
    struct total *total = total_of(&sim->ledger->totals, key);
    if (__builtin_add_overflow(total->minor, minor, &total->minor))
        sim_break(sim, "the total of %s overflows", key);
}

static void add_money(struct sim *sim, unsigned account, const Common__Money *money, int sign)
{
    if (money)
        add(sim, money->currency, account, sign * money->minor);
}

/* ---- one event ---- */

static void check_journal(struct sim *sim, const Reconciliation__JournalPosted *journal)
{
    int64_t sum = 0;
    for (size_t i = 0; i < journal->n_lines; i++) {
        const Reconciliation__JournalLine *line = journal->lines[i];
        bool debit = line->side_case == RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR;
        int64_t minor = debit ? line->debit_minor : -line->credit_minor;
        sum += minor;
        add(sim, journal->currency, line->ledger_account, minor);
    }
    if (sum || !journal->n_lines)
        sim_break(sim, "journal %s (%s) does not balance: %" PRId64, journal->journal_id,
                  journal->template_, sum);
}

/* "DE-INV-2026-000007": the digits at the end count, what stands before them is the series. */
static void check_number(struct sim *sim, const char *entity_id, const char *number)
{
    size_t length = strlen(number), digits = length;
    while (digits && number[digits - 1] >= '0' && number[digits - 1] <= '9')
        digits--;
    /* The year may stand before the number without anything between. */
    if (length - digits > 7)
        digits = length - 7;
    char key[160];
    snprintf(key, sizeof key, "%s %.*s", entity_id, (int)digits, number);
    int64_t ordinal = strtoll(number + digits, NULL, 10);
    struct total *series = total_of(&sim->ledger->numbers, key);
    series->minor++;
    char whole[200];
    snprintf(whole, sizeof whole, "%s %s", entity_id, number);
    if (total_of(&sim->ledger->seen, whole)->minor++)
        sim_break(sim, "document number %s was given twice", number);
    if (ordinal < 1)
        sim_break(sim, "document number %s does not count", number);
}

static void check_left(struct sim *sim, const char *what, const char *id, const Common__Money *left)
{
    if (left && left->minor < 0)
        sim_break(sim, "%s %s: %" PRId64 " %s are left, of the opposite sign", what, id,
                  left->minor, left->currency);
}

#define IS(event_type) (event->descriptor == &event_type##__descriptor)

static void check_event(struct sim *sim, const ProtobufCMessage *event)
{
    if (IS(reconciliation__journal_posted)) {
        check_journal(sim, (const Reconciliation__JournalPosted *)event);
    } else if (IS(invoicing__invoice_issued)) {
        const Invoicing__InvoiceIssued *invoice = (const Invoicing__InvoiceIssued *)event;
        check_number(sim, invoice->entity_id, invoice->number);
        add_money(sim, OUTSIDE_SALES, invoice->totals->payable, 1);
    } else if (IS(invoicing__credit_note_issued)) {
        const Invoicing__CreditNoteIssued *note = (const Invoicing__CreditNoteIssued *)event;
        check_number(sim, note->entity_id, note->number);
        add_money(sim, OUTSIDE_SALES, note->totals->payable, -1);
    } else if (IS(payments__payment_received)) {
        add_money(sim, OUTSIDE_BANK, ((const Payments__PaymentReceived *)event)->amount, 1);
    } else if (IS(payments__payment_returned)) {
        add_money(sim, OUTSIDE_BANK, ((const Payments__PaymentReturned *)event)->amount, -1);
    } else if (IS(payments__bank_movement_recorded)) {
        add_money(sim, OUTSIDE_BANK, ((const Payments__BankMovementRecorded *)event)->amount, 1);
    } else if (IS(reconciliation__payment_applied)) {
        const Reconciliation__PaymentApplied *applied =
            (const Reconciliation__PaymentApplied *)event;
        check_left(sim, "item", applied->item_id, applied->open_after);
    } else if (IS(reconciliation__credit_applied)) {
        const Reconciliation__CreditApplied *applied = (const Reconciliation__CreditApplied *)event;
        check_left(sim, "item", applied->item_id, applied->open_after);
    } else if (IS(reconciliation__money_used)) {
        const Reconciliation__MoneyUsed *used = (const Reconciliation__MoneyUsed *)event;
        check_left(sim, "money", used->money_id, used->left_after);
    } else if (IS(reconciliation__money_returned)) {
        const Reconciliation__MoneyReturned *returned =
            (const Reconciliation__MoneyReturned *)event;
        check_left(sim, "money", returned->money_id, returned->left_after);
    }
}

static void check_record(struct sim *sim, const struct sim_service *service, int32_t shard,
                         int64_t position)
{
    const struct record *record = memory_store_record(service->store, shard, position);
    const struct record *before = memory_store_record(service->store, shard, position - 1);
    struct record_hash previous = before ? before->hash : feed_origin(service->model->feed_id);
    struct record_hash link = record_link(record, &previous);
    if (record->position != position || record->shard != shard ||
        shard_of_key(record->key, SHARDS) != shard || !record_hash_equal(&link, &record->hash))
        sim_break(sim, "%s/%d/%" PRId64 " does not link", service->model->name, shard, position);
    const struct stream_kind *kind = model_kind_named(service->model, record->stream_kind);
    const struct evolution *evolution = kind ? model_evolution(kind, record->type) : NULL;
    if (!evolution) {
        sim_break(sim, "%s: %s is no event of %s", service->model->name, record->type,
                  record->stream_kind);
        return;
    }
    struct arena_mark mark = arena_mark(&sim->scratch);
    const ProtobufCMessage *event =
        arena_unpack(&sim->scratch, evolution->event, record->payload, record->payload_size);
    if (event)
        check_event(sim, event);
    else
        sim_break(sim, "%s/%d/%" PRId64 " cannot be read", service->model->name, shard, position);
    arena_rewind(&sim->scratch, mark);
}

/* INV-17: as many numbers as documents, so none is missing; none twice was checked before. */
static void check_series(struct sim *sim)
{
    const struct sim_service *invoicing = sim_service_named(sim, "invoicing");
    struct memory_series series;
    int64_t taken = 0, given = 0;
    for (size_t i = 0; memory_store_series(invoicing->store, i, &series); i++)
        taken += series.next - 1;
    memory_map_each(&sim->ledger->numbers, i) given +=
        ((const struct total *)sim->ledger->numbers.items[i]->value)->minor;
    if (taken != given)
        sim_break(sim, "%" PRId64 " numbers were taken for %" PRId64 " documents", taken, given);
}

bool invariants_step(struct sim *sim)
{
    for (int i = 0; i < sim->n_services; i++) {
        struct sim_service *service = &sim->services[i];
        for (int32_t shard = 0; shard < SHARDS; shard++) {
            int64_t head = memory_store_head(service->store, shard).position;
            while (service->checked[shard] < head)
                check_record(sim, service, shard, ++service->checked[shard]);
        }
    }
    check_series(sim);
    return !sim->broken[0];
}

/* ---- everything ---- */

struct foreign {
    const struct sim_service *service;
};

/* Whatever was applied stands below the place of its partition; nothing was parked. */
static void foreign_records(void *context, struct memory_replay *replay)
{
    const struct sim_service *service = ((const struct foreign *)context)->service;
    for (int topic = 0; topic < service->n_topics_in; topic++) {
        const struct sim_service *from = service->from[topic];
        for (int32_t shard = 0; from && shard < SHARDS; shard++) {
            const struct feed_place *place =
                memory_store_place(service->store, service->model->topics_in[topic], shard);
            for (int64_t at = 1; at <= place->position; at++)
                memory_replay_apply(replay, memory_store_record(from->store, shard, at));
        }
    }
}

/* I3: whatever was asked, heard, handed over or kept was decided once. */
static void prove_once(struct sim *sim, const struct sim_service *service)
{
    struct memory_map decisions = {0};
    for (int32_t shard = 0; shard < SHARDS; shard++) {
        const struct record *record;
        for (int64_t at = 1; (record = memory_store_record(service->store, shard, at)); at++) {
            if (record->unit_index)
                continue;
            const struct record *before =
                memory_map_put(&decisions, record->unit_id.b, 16, (void *)(uintptr_t)record);
            if (before)
                sim_break(sim, "%s: one decision twice: %s at %d/%" PRId64 " and %d/%" PRId64,
                          service->model->name, record->type, before->shard, before->position,
                          shard, at);
        }
    }
    memory_map_fini(&decisions, NULL);
}

/* A place is a prefix of the feed that it is about. */
static void prove_places(struct sim *sim, const struct sim_service *service)
{
    for (int topic = 0; topic < service->n_topics_in; topic++) {
        const struct sim_service *from = service->from[topic];
        for (int32_t shard = 0; from && shard < SHARDS; shard++) {
            const struct feed_place *place =
                memory_store_place(service->store, service->model->topics_in[topic], shard);
            const struct record *record = memory_store_record(from->store, shard, place->position);
            const struct record *next =
                memory_store_record(from->store, shard, place->position + 1);
            if (place->position && (!record || !record_hash_equal(&record->hash, &place->hash)))
                sim_break(sim, "%s: its place in %s/%d is not in that feed", service->model->name,
                          service->model->topics_in[topic], shard);
            if (next && place->complete_us >= next->recorded_us)
                sim_break(sim, "%s: %s/%d is called complete beyond an event that is missing",
                          service->model->name, service->model->topics_in[topic], shard);
        }
    }
}

bool invariants_proofs(struct sim *sim)
{
    sim->counts[COUNT_PROOFS]++;
    for (int i = 0; i < sim->n_services && !sim->broken[0]; i++) {
        struct sim_service *service = &sim->services[i];
        struct foreign foreign = {service};
        struct problem problem = {0};
        enum error error = memory_prove_links(service->store, &sim->scratch, &problem);
        if (error == OK)
            error = memory_prove_states(service->store, &sim->scratch, &problem);
        if (error == OK)
            error = memory_prove_indexes(service->store, &sim->scratch, &problem);
        if (error == OK)
            error = memory_prove_rows(service->store, &sim->scratch, foreign_records, &foreign,
                                      &problem);
        if (error != OK)
            sim_break(sim, "%s %s", problem.rule, problem.detail);
        prove_once(sim, service);
        prove_places(sim, service);
    }
    arena_reset(&sim->scratch);
    return !sim->broken[0];
}

/* ---- at rest: four paths to one amount (REC-8) ---- */

static int64_t balance(struct sim *sim, const char *currency, const unsigned *accounts)
{
    int64_t sum = 0;
    for (; *accounts; accounts++) {
        char key[32];
        snprintf(key, sizeof key, "%.3s %u", currency, *accounts);
        sum += total_of(&sim->ledger->totals, key)->minor;
    }
    return sum;
}

static int64_t minor_of(const Common__Money *money, const char *currency)
{
    return money && !strcmp(money->currency, currency) ? money->minor : 0;
}

/* What the open items, the money on account and suspense say. */
static int64_t open_total(struct sim *sim, const char *currency)
{
    const struct sim_service *service = sim_service_named(sim, "reconciliation");
    int64_t sum = 0;
    int kind;
    struct uuid id;
    for (size_t i = 0; memory_store_stream(service->store, i, &kind, &id); i++) {
        char text[UUID_TEXT_SIZE];
        uuid_format(text, id);
        arena_reset(&sim->scratch);
        const ProtobufCMessage *state =
            memory_store_state(service->store, &sim->scratch, kind, text, NULL);
        if (!state)
            continue;
        if (state->descriptor == &reconciliation__item_state__descriptor)
            sum += minor_of(((const Reconciliation__ItemState *)state)->open, currency);
        else if (state->descriptor == &reconciliation__money_state__descriptor)
            sum -= minor_of(((const Reconciliation__MoneyState *)state)->left, currency);
        else if (state->descriptor == &reconciliation__match_state__descriptor)
            sum -= minor_of(((const Reconciliation__MatchState *)state)->suspended, currency);
    }
    return sum;
}

static void tie_out(struct sim *sim, const char *currency)
{
    static const unsigned sales[] = {2200, 4000, 4050, 0}, bank[] = {1000, 1010, 0},
                          open[] = {1100, 1150, 1190, 2300, 0},
                          outside_sales[] = {OUTSIDE_SALES, 0}, outside_bank[] = {OUTSIDE_BANK, 0};
    int64_t billed = balance(sim, currency, outside_sales), posted = -balance(sim, currency, sales);
    if (billed != posted)
        sim_break(sim, "REC-8 %s: %" PRId64 " billed, %" PRId64 " posted as sales", currency,
                  billed, posted);
    int64_t received = balance(sim, currency, outside_bank), in_bank = balance(sim, currency, bank);
    if (received != in_bank)
        sim_break(sim, "REC-8 %s: %" PRId64 " received, %" PRId64 " posted to the bank", currency,
                  received, in_bank);
    int64_t items = open_total(sim, currency), journal = balance(sim, currency, open);
    if (items != journal)
        sim_break(sim, "REC-8 %s: %" PRId64 " open by item, %" PRId64 " by journal", currency,
                  items, journal);
}

bool invariants_at_rest(struct sim *sim)
{
    if (sim_service_named(sim, "reconciliation") && sim_service_named(sim, "payments")) {
        tie_out(sim, "EUR");
        tie_out(sim, "USD");
        tie_out(sim, "JPY");
    }
    arena_reset(&sim->scratch);
    return !sim->broken[0];
}
