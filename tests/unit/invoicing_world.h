/* SPDX-License-Identifier: Apache-2.0
 * World: the facts that decisions of invoicing see in tests: states, look-ups, number series and a
 * clock, all in memory. A decision's events are folded as the unit of work would, so that a test
 * reads as a story. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/base/zone.h"
#include "common/identity/uuid.h"
#include "services/invoicing/domain/account.h"
#include "services/invoicing/domain/bill.h"
#include "services/invoicing/domain/bill_run.h"
#include "services/invoicing/domain/credit_note.h"
#include "services/invoicing/domain/customer.h"
#include "services/invoicing/domain/document.h"
#include "services/invoicing/domain/invoice.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/legal_entity.h"
#include "services/invoicing/domain/refusals.h"

enum { WORLD_STREAMS_MAX = 512, WORLD_KEYS_MAX = 512, WORLD_SERIES_MAX = 16 };

struct world_stream {
    int kind;
    char id[UUID_TEXT_SIZE];
    ProtobufCMessage *state;
    int64_t version;
};

struct world_key {
    int index;
    char key[160];
    struct stream_ref ref;
};

struct world_series {
    char entity_id[UUID_TEXT_SIZE], document_class[8];
    int32_t year;
    struct series_fact fact;
};

struct world {
    struct arena arena;
    struct world_stream streams[WORLD_STREAMS_MAX];
    size_t n_streams;
    struct world_key keys[WORLD_KEYS_MAX];
    size_t n_keys;
    struct world_series series[WORLD_SERIES_MAX];
    size_t n_series;
    int64_t now_us;
    struct deciding deciding; /* the last decision */
};

/* ---- folding ---- */

#define WORLD_EVOLVER(function, State, Event)                                                      \
    static void function##_world(struct arena *arena, ProtobufCMessage *state,                     \
                                 const ProtobufCMessage *event)                                    \
    {                                                                                              \
        function(arena, (State *)state, (const Event *)event);                                     \
    }
WORLD_EVOLVER(legal_entity_evolve_registered, Invoicing__LegalEntityState,
              Invoicing__LegalEntityRegistered)
WORLD_EVOLVER(legal_entity_evolve_changed, Invoicing__LegalEntityState,
              Invoicing__LegalEntityChanged)
WORLD_EVOLVER(customer_evolve_registered, Invoicing__CustomerState, Invoicing__CustomerRegistered)
WORLD_EVOLVER(customer_evolve_renamed, Invoicing__CustomerState, Invoicing__CustomerRenamed)
WORLD_EVOLVER(customer_evolve_address, Invoicing__CustomerState, Invoicing__CustomerAddressChanged)
WORLD_EVOLVER(account_evolve_opened, Invoicing__AccountState, Invoicing__AccountOpened)
WORLD_EVOLVER(account_evolve_terms, Invoicing__AccountState, Invoicing__AccountTermsChanged)
WORLD_EVOLVER(account_evolve_charge, Invoicing__AccountState, Invoicing__RecurringChargeSet)
WORLD_EVOLVER(account_evolve_end_charge, Invoicing__AccountState, Invoicing__RecurringChargeEnded)
WORLD_EVOLVER(account_evolve_billed, Invoicing__AccountState, Invoicing__AccountBilled)
WORLD_EVOLVER(account_evolve_skipped, Invoicing__AccountState, Invoicing__AccountSkipped)
WORLD_EVOLVER(invoice_evolve_issued, Invoicing__InvoiceState, Invoicing__InvoiceIssued)
WORLD_EVOLVER(invoice_evolve_credited, Invoicing__InvoiceState, Invoicing__InvoiceCredited)
WORLD_EVOLVER(invoice_evolve_cancelled, Invoicing__InvoiceState, Invoicing__InvoiceCancelled)
WORLD_EVOLVER(credit_note_evolve_issued, Invoicing__CreditNoteState, Invoicing__CreditNoteIssued)
WORLD_EVOLVER(bill_run_evolve_started, Invoicing__BillRunState, Invoicing__BillRunStarted)
WORLD_EVOLVER(bill_run_evolve_proved, Invoicing__BillRunState, Invoicing__BillRunProved)
WORLD_EVOLVER(bill_run_evolve_blocked, Invoicing__BillRunState, Invoicing__BillRunBlocked)

struct world_evolution {
    int kind;
    const ProtobufCMessageDescriptor *event, *state;
    void (*evolve)(struct arena *arena, ProtobufCMessage *state, const ProtobufCMessage *event);
};

#define WORLD_FOLDS(kind, state, event, function)                                                  \
    {                                                                                              \
        kind, &invoicing__##event##__descriptor, &invoicing__##state##__descriptor,                \
            function##_world                                                                       \
    }
static const struct world_evolution world_evolutions[] = {
    WORLD_FOLDS(KIND_LEGAL_ENTITY, legal_entity_state, legal_entity_registered,
                legal_entity_evolve_registered),
    WORLD_FOLDS(KIND_LEGAL_ENTITY, legal_entity_state, legal_entity_changed,
                legal_entity_evolve_changed),
    WORLD_FOLDS(KIND_CUSTOMER, customer_state, customer_registered, customer_evolve_registered),
    WORLD_FOLDS(KIND_CUSTOMER, customer_state, customer_renamed, customer_evolve_renamed),
    WORLD_FOLDS(KIND_CUSTOMER, customer_state, customer_address_changed, customer_evolve_address),
    WORLD_FOLDS(KIND_ACCOUNT, account_state, account_opened, account_evolve_opened),
    WORLD_FOLDS(KIND_ACCOUNT, account_state, account_terms_changed, account_evolve_terms),
    WORLD_FOLDS(KIND_ACCOUNT, account_state, recurring_charge_set, account_evolve_charge),
    WORLD_FOLDS(KIND_ACCOUNT, account_state, recurring_charge_ended, account_evolve_end_charge),
    WORLD_FOLDS(KIND_ACCOUNT, account_state, account_billed, account_evolve_billed),
    WORLD_FOLDS(KIND_ACCOUNT, account_state, account_skipped, account_evolve_skipped),
    WORLD_FOLDS(KIND_INVOICE, invoice_state, invoice_issued, invoice_evolve_issued),
    WORLD_FOLDS(KIND_INVOICE, invoice_state, invoice_credited, invoice_evolve_credited),
    WORLD_FOLDS(KIND_INVOICE, invoice_state, invoice_cancelled, invoice_evolve_cancelled),
    WORLD_FOLDS(KIND_CREDIT_NOTE, credit_note_state, credit_note_issued, credit_note_evolve_issued),
    WORLD_FOLDS(KIND_BILL_RUN, bill_run_state, bill_run_started, bill_run_evolve_started),
    WORLD_FOLDS(KIND_BILL_RUN, bill_run_state, bill_run_proved, bill_run_evolve_proved),
    WORLD_FOLDS(KIND_BILL_RUN, bill_run_state, bill_run_blocked, bill_run_evolve_blocked),
};

static struct world_stream *world_find(struct world *world, struct stream_ref ref)
{
    for (size_t i = 0; i < world->n_streams; i++)
        if (world->streams[i].kind == ref.kind && !strcmp(world->streams[i].id, ref.id))
            return &world->streams[i];
    return NULL;
}

/* The event is packed and read again, as between two units of work. */
static const ProtobufCMessage *world_stored(struct world *world, const ProtobufCMessage *event)
{
    size_t size = protobuf_c_message_get_packed_size(event);
    uint8_t *bytes = arena_get(&world->arena, size + 1);
    protobuf_c_message_pack(event, bytes);
    const ProtobufCMessage *stored =
        protobuf_c_message_unpack(event->descriptor, &world->arena.allocator, size, bytes);
    assert_non_null(stored);
    return stored;
}

static void world_put_key(struct world *world, int index, const char *key, struct stream_ref ref)
{
    assert_true(world->n_keys < WORLD_KEYS_MAX);
    struct world_key *entry = &world->keys[world->n_keys++];
    entry->index = index;
    snprintf(entry->key, sizeof entry->key, "%s", key);
    entry->ref = (struct stream_ref){ref.kind, arena_copy_text(&world->arena, ref.id)};
}

static void world_index(struct world *world, struct stream_ref ref, const ProtobufCMessage *event)
{
    if (event->descriptor == &invoicing__account_opened__descriptor) {
        const Invoicing__AccountOpened *opened = (const Invoicing__AccountOpened *)event;
        char key[ACCOUNT_NUMBER_KEY_SIZE];
        account_number_key(key, opened->entity_id, opened->account_number);
        world_put_key(world, INDEX_ACCOUNT_NUMBER, key, ref);
    }
    if (event->descriptor == &invoicing__invoice_issued__descriptor) {
        const Invoicing__InvoiceIssued *issued = (const Invoicing__InvoiceIssued *)event;
        char key[INVOICE_SOURCE_KEY_SIZE];
        invoice_source_key(key, issued->account_id, issued->source_reference);
        if (*key)
            world_put_key(world, INDEX_SOURCE_REFERENCE, key, ref);
    }
}

static void world_fold(struct world *world, struct stream_ref ref, const ProtobufCMessage *event)
{
    event = world_stored(world, event);
    for (size_t i = 0; i < sizeof world_evolutions / sizeof *world_evolutions; i++) {
        const struct world_evolution *evolution = &world_evolutions[i];
        if (evolution->kind != ref.kind || evolution->event != event->descriptor)
            continue;
        struct world_stream *stream = world_find(world, ref);
        if (!stream) {
            assert_true(world->n_streams < WORLD_STREAMS_MAX);
            stream = &world->streams[world->n_streams++];
            *stream = (struct world_stream){.kind = ref.kind};
            snprintf(stream->id, sizeof stream->id, "%s", ref.id);
            stream->state = arena_get(&world->arena, evolution->state->sizeof_message);
            protobuf_c_message_init(evolution->state, stream->state);
        }
        evolution->evolve(&world->arena, stream->state, event);
        stream->version++;
        world_index(world, ref, event);
        return;
    }
    fail_msg("no stream folds %s", event->descriptor->name);
}

/* ---- facts ---- */

static const ProtobufCMessage *world_state(void *self, struct stream_ref ref, int64_t *version)
{
    struct world_stream *stream = world_find(self, ref);
    if (version)
        *version = stream ? stream->version : 0;
    return stream ? stream->state : NULL;
}

static size_t world_look_up(void *self, int index, const char *key, const struct stream_ref **refs)
{
    struct world *world = self;
    for (size_t i = 0; i < world->n_keys; i++)
        if (world->keys[i].index == index && !strcmp(world->keys[i].key, key)) {
            *refs = &world->keys[i].ref;
            return 1;
        }
    return 0;
}

static struct world_series *world_series_of(struct world *world, const char *entity_id,
                                            const char *document_class, int32_t year)
{
    for (size_t i = 0; i < world->n_series; i++) {
        struct world_series *series = &world->series[i];
        if (series->year == year && !strcmp(series->entity_id, entity_id) &&
            !strcmp(series->document_class, document_class))
            return series;
    }
    assert_true(world->n_series < WORLD_SERIES_MAX);
    struct world_series *series = &world->series[world->n_series++];
    series->year = year;
    snprintf(series->entity_id, sizeof series->entity_id, "%s", entity_id);
    snprintf(series->document_class, sizeof series->document_class, "%s", document_class);
    series->fact = (struct series_fact){1, INT32_MIN};
    return series;
}

static struct series_fact world_series(void *self, const char *entity_id,
                                       const char *document_class, int32_t year)
{
    return world_series_of(self, entity_id, document_class, year)->fact;
}

static int32_t world_zone_offset_s(void *self, const char *zone, int64_t instant_us)
{
    (void)self;
    const struct zone *found = zone_find(zone);
    return found ? zone_offset_s(found, instant_us) : 0;
}

/* ---- deciding ---- */

static struct deciding *world_begin(struct world *world)
{
    world->deciding = (struct deciding){
        .arena = &world->arena,
        .source = {world, world_state, world_look_up, world_series, world_zone_offset_s},
        .now_us = world->now_us,
        .actor = "test",
        .decision_id = "00000000-0000-8000-8000-000000000001",
        .entity_id = "",
        .occurred_us = world->now_us,
    };
    return &world->deciding;
}

static void world_end(struct world *world)
{
    struct deciding *deciding = &world->deciding;
    if (deciding->verdict != VERDICT_DECIDED)
        return;
    for (size_t i = 0; i < deciding->n_emissions; i++)
        world_fold(world, deciding->emissions[i].stream, deciding->emissions[i].event);
    for (size_t i = 0; i < deciding->n_numbers; i++) {
        const struct taken_number *taken = &deciding->numbers[i];
        struct world_series *series =
            world_series_of(world, taken->entity_id, taken->document_class, taken->year);
        assert_int_equal(series->fact.next, taken->number);
        series->fact = (struct series_fact){taken->number + 1, taken->issue_days};
    }
}

/* Decides a command and folds its events. */
#define WORLD_DO(world, function, command)                                                         \
    do {                                                                                           \
        struct declaring declaring_ = {.arena = &(world)->arena};                                  \
        function##_declare(&declaring_, command);                                                  \
        assert_non_null(declaring_.key);                                                           \
        function##_decide(world_begin(world), command);                                            \
        world_end(world);                                                                          \
    } while (0)

#define ASSERT_DECIDED(world)                                                                      \
    do {                                                                                           \
        const struct deciding *deciding_ = &(world)->deciding;                                     \
        if (deciding_->verdict == VERDICT_REFUSED)                                                 \
            fail_msg("expected a decision, came the refusal %s at %s: %s",                         \
                     deciding_->refusal->code, deciding_->field, deciding_->detail);               \
    } while (0)

#define ASSERT_REFUSED(world, name, at)                                                            \
    do {                                                                                           \
        const struct deciding *deciding_ = &(world)->deciding;                                     \
        if (deciding_->verdict != VERDICT_REFUSED)                                                 \
            fail_msg("expected the refusal %s at %s, came a decision of %zu events", #name, at,    \
                     deciding_->n_emissions);                                                      \
        assert_string_equal(deciding_->refusal->code, #name);                                      \
        assert_string_equal(deciding_->field, at);                                                 \
    } while (0)

/* ---- small builders, all in the world's arena ---- */

static Common__Money *eur(struct world *world, int64_t minor)
{
    Common__Money *money = arena_new(&world->arena, Common__Money, COMMON__MONEY__INIT);
    money->currency = "EUR";
    money->minor = minor;
    return money;
}

static Common__Decimal *number(struct world *world, int64_t unscaled, uint32_t scale)
{
    return decimal_to_message(&world->arena, decimal_of(unscaled, scale));
}

static Common__Date *day(struct world *world, const char *text)
{
    struct date date;
    assert_int_equal(date_parse(&date, text, NULL), OK);
    return date_to_message(&world->arena, date);
}

static Invoicing__Tax *tax(struct world *world, const char *authority,
                           Invoicing__TaxCategory category, int32_t rate_ppm)
{
    Invoicing__Tax *made = arena_new(&world->arena, Invoicing__Tax, INVOICING__TAX__INIT);
    made->authority = authority;
    made->category = category;
    made->rate_ppm = rate_ppm;
    return made;
}

static Invoicing__Tax *vat(struct world *world, int32_t rate_ppm)
{
    return tax(world, "VAT", TAX_CATEGORY_S, rate_ppm);
}

static Invoicing__LineRequest *line(struct world *world, Common__Decimal *quantity,
                                    Common__Decimal *price, Invoicing__Tax *bears)
{
    Invoicing__LineRequest *made =
        arena_new(&world->arena, Invoicing__LineRequest, INVOICING__LINE_REQUEST__INIT);
    made->description = "Service";
    made->unit_code = "C62";
    made->quantity = quantity;
    made->price = price;
    if (bears)
        arena_append(&world->arena, made->n_taxes, made->taxes, bears);
    return made;
}

static Invoicing__Adjustment *adjustment(struct world *world, bool charge, Common__Money *amount,
                                         int32_t percent_ppm, Common__Money *base)
{
    Invoicing__Adjustment *made =
        arena_new(&world->arena, Invoicing__Adjustment, INVOICING__ADJUSTMENT__INIT);
    made->charge = charge;
    made->amount = amount;
    made->percent_ppm = percent_ppm;
    made->base_amount = base;
    made->reason = "agreed";
    return made;
}

static Common__Sealed *sealed(struct world *world, const char *subject_id, const char *kind)
{
    Common__Sealed *made = arena_new(&world->arena, Common__Sealed, COMMON__SEALED__INIT);
    made->subject_id = subject_id;
    made->kind = kind;
    made->key_version = 1;
    made->ciphertext = (ProtobufCBinaryData){3, (uint8_t *)"abc"};
    return made;
}

static void assert_money(const Common__Money *money, const char *expected)
{
    struct money read;
    char text[MONEY_TEXT_SIZE] = "absent";
    if (money) {
        assert_int_equal(money_from_message(&read, money, NULL), OK);
        money_format(text, read);
    }
    assert_string_equal(text, expected);
}

static void assert_day(const Common__Date *date, const char *expected)
{
    char text[DATE_TEXT_SIZE];
    assert_non_null(date);
    date_format(text, (struct date){date->days});
    assert_string_equal(text, expected);
}

/* ---- a legal entity, a customer, an account ---- */

#define ENTITY_ID "11111111-1111-8111-8111-111111111111"
#define CUSTOMER_ID "22222222-2222-8222-8222-222222222222"
#define ACCOUNT_ID "33333333-3333-8333-8333-333333333333"
#define INVOICE_ID "44444444-4444-8444-8444-444444444444"
#define CREDIT_NOTE_ID "55555555-5555-8555-8555-555555555555"
#define BILL_RUN_ID "66666666-6666-8666-8666-666666666666"

static int64_t noon(const char *text)
{
    struct date date;
    assert_int_equal(date_parse(&date, text, NULL), OK);
    return (int64_t)date.days * INT64_C(86400000000) + INT64_C(43200000000);
}

static struct world *world_new(const char *today)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    arena_init(&world->arena, 64 << 20);
    world->now_us = noon(today);
    return world;
}

static void world_free(struct world *world)
{
    arena_fini(&world->arena);
    free(world);
}

static Invoicing__LegalEntity *entity_of(struct world *world)
{
    Invoicing__LegalEntity *entity =
        arena_new(&world->arena, Invoicing__LegalEntity, INVOICING__LEGAL_ENTITY__INIT);
    entity->entity_id = ENTITY_ID;
    entity->name = "Duebook GmbH";
    entity->country = "DE";
    entity->vat_id = "DE123456789";
    entity->address = "Unter den Linden 1\n10117 Berlin";
    entity->currency = "EUR";
    entity->zone = "Europe/Berlin";
    entity->number_prefix = "DE";
    entity->n_ibans = 1;
    entity->ibans = arena_get(&world->arena, sizeof *entity->ibans);
    entity->ibans[0] = "DE89 3704 0044 0532 0130 00";
    return entity;
}

static void world_register_entity(struct world *world, Invoicing__LegalEntity *entity)
{
    Invoicing__RegisterLegalEntity command = INVOICING__REGISTER_LEGAL_ENTITY__INIT;
    command.entity = entity;
    WORLD_DO(world, legal_entity_register, &command);
}

static Invoicing__RegisterCustomer customer_of(struct world *world)
{
    Invoicing__RegisterCustomer command = INVOICING__REGISTER_CUSTOMER__INIT;
    command.customer_id = CUSTOMER_ID;
    command.kind = CUSTOMER_KIND_ORGANISATION;
    command.name = sealed(world, CUSTOMER_ID, "name");
    command.address = sealed(world, CUSTOMER_ID, "address");
    command.country = "FR";
    command.vat_id = "FR40303265045";
    command.language = "fr";
    return command;
}

static Invoicing__Terms *net_days(struct world *world, uint32_t days)
{
    Invoicing__Terms *terms = arena_new(&world->arena, Invoicing__Terms, INVOICING__TERMS__INIT);
    terms->kind = TERMS_KIND_NET;
    terms->days = days;
    return terms;
}

static Invoicing__OpenAccount account_of(struct world *world)
{
    Invoicing__OpenAccount command = INVOICING__OPEN_ACCOUNT__INIT;
    command.account_id = ACCOUNT_ID;
    command.customer_id = CUSTOMER_ID;
    command.entity_id = ENTITY_ID;
    command.account_number = "A-1001";
    command.currency = "EUR";
    command.cycle_code = "MONTHLY-01";
    command.terms = net_days(world, 30);
    command.buyer_reference = "buyer 7";
    return command;
}

/* With a German seller and a French buyer whose account is in EUR, net 30. */
__attribute__((unused)) static struct world *world_with_account(const char *today)
{
    struct world *world = world_new(today);
    world_register_entity(world, entity_of(world));
    ASSERT_DECIDED(world);
    Invoicing__RegisterCustomer customer = customer_of(world);
    WORLD_DO(world, customer_register, &customer);
    ASSERT_DECIDED(world);
    Invoicing__OpenAccount account = account_of(world);
    WORLD_DO(world, account_open, &account);
    ASSERT_DECIDED(world);
    return world;
}

__attribute__((unused)) static Invoicing__IssueInvoice invoice_command(const char *invoice_id)
{
    Invoicing__IssueInvoice command = INVOICING__ISSUE_INVOICE__INIT;
    command.invoice_id = invoice_id;
    command.account_id = ACCOUNT_ID;
    command.entity_id = ENTITY_ID;
    command.customer_id = CUSTOMER_ID;
    return command;
}

/* The event of a type that the last decision emitted; NULL: none. */
__attribute__((unused)) static const void *emitted(const struct world *world,
                                                   const ProtobufCMessageDescriptor *type)
{
    for (size_t i = 0; i < world->deciding.n_emissions; i++)
        if (world->deciding.emissions[i].event->descriptor == type)
            return world->deciding.emissions[i].event;
    return NULL;
}

__attribute__((unused)) static const void *world_has(struct world *world, int kind, const char *id)
{
    return world_state(world, (struct stream_ref){kind, id}, NULL);
}

/* Some helpers serve only some of the programs. */
__attribute__((unused)) static void world_helpers_are_used(void)
{
    (void)eur, (void)number, (void)day, (void)tax, (void)vat, (void)line, (void)adjustment;
    (void)assert_money, (void)assert_day, (void)sealed;
}
