/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/seed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/time.h"
#include "tests/bench/bench.h"

void seed_loop_init(struct seed_loop *loop, const char *conninfo, const struct service_model *model, int32_t shards)
{
    struct problem problem = {0};
    *loop = (struct seed_loop){.model = model, .shards = shards, .unit = calloc(1, sizeof(struct unit))};
    arena_init(&loop->arena, (size_t)1 << 30);
    struct postgres_store_options options = {
        .model = model, .shards = shards, .database = {.conninfo = conninfo, .schema = model->name, .statement_timeout_ms = 120000}};
    bench_must(postgres_store_new(&loop->store, &options, &problem), &problem, "store");
    loop->door = postgres_store_door(loop->store);
}

void seed_loop_fini(struct seed_loop *loop)
{
    postgres_store_free(loop->store);
    arena_fini(&loop->arena);
    free(loop->unit);
}

struct work *seed_command(const ProtobufCMessage *message, const char *decision)
{
    struct work *work = calloc(1, sizeof *work);
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size + 1);
    protobuf_c_message_pack(message, bytes);
    work->origin = WORK_COMMAND;
    work->actor = "service:bench";
    work->command_key = "";
    work->offset = -1;
    work->record.type = message->descriptor->name;
    work->record.payload = bytes;
    work->record.payload_size = size;
    work->decision_id = uuid_derive_text("bench", message->descriptor->name, decision, NULL);
    return work;
}

double seed_run(struct seed_loop *loop, struct work **works, size_t n, size_t per_unit)
{
    struct unit_options options = {.model = loop->model, .shards = loop->shards, .blocking = true};
    double begun = bench_seconds();
    for (size_t at = 0; at < n; at += per_unit) {
        size_t count = at + per_unit < n ? per_unit : n - at;
        struct problem problem = {0};
        bench_must(unit_run(loop->unit, &loop->arena, &options, &loop->door, works + at, count, &problem), &problem, "unit");
        loop->events += (int64_t)loop->unit->n_events;
        for (size_t i = at; i < at + count; i++)
            if (works[i]->result != WORK_APPLIED) {
                fprintf(stderr, "%s: %s %s %s: %s\n", works[i]->record.type, work_result_name(works[i]->result),
                        works[i]->refusal_code, works[i]->problem.field, works[i]->problem.detail);
                exit(1);
            }
    }
    return bench_seconds() - begun;
}

void seed_account_id(char id[UUID_TEXT_SIZE], size_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", number);
    uuid_format(id, uuid_derive_text("bench-account", text, NULL));
}

static Common__Sealed sealed(const char *kind)
{
    static uint8_t nonce[24], text[48];
    Common__Sealed made = COMMON__SEALED__INIT;
    made.subject_id = SEED_CUSTOMER;
    made.key_version = 1;
    made.kind = kind;
    made.nonce = (ProtobufCBinaryData){sizeof nonce, nonce};
    made.ciphertext = (ProtobufCBinaryData){sizeof text, text};
    return made;
}

static void seed_entity(struct seed_loop *loop)
{
    Invoicing__LegalEntity entity = INVOICING__LEGAL_ENTITY__INIT;
    entity.entity_id = SEED_ENTITY;
    entity.name = "Bench GmbH";
    entity.country = "DE";
    entity.vat_id = "DE123456789";
    entity.address = "Teststrasse 1, 10115 Berlin";
    entity.currency = "EUR";
    entity.zone = "Europe/Berlin";
    entity.number_prefix = "BN";
    entity.tax_rounding = TAX_ROUNDING_DOCUMENT;
    Invoicing__RegisterLegalEntity registers = INVOICING__REGISTER_LEGAL_ENTITY__INIT;
    registers.entity = &entity;
    Invoicing__RegisterCustomer customer = INVOICING__REGISTER_CUSTOMER__INIT;
    Common__Sealed name = sealed("name"), address = sealed("address");
    customer.customer_id = SEED_CUSTOMER;
    customer.kind = CUSTOMER_KIND_ORGANISATION;
    customer.name = &name;
    customer.address = &address;
    customer.country = "DE";
    struct work *works[] = {seed_command(&registers.base, "entity"), seed_command(&customer.base, "customer")};
    seed_run(loop, works, 2, 2);
}

static struct work *open_account(size_t number)
{
    char id[UUID_TEXT_SIZE], text[32];
    seed_account_id(id, number);
    snprintf(text, sizeof text, "A%07zu", number);
    Invoicing__Terms terms = INVOICING__TERMS__INIT;
    terms.kind = TERMS_KIND_NET;
    terms.days = 30;
    Invoicing__OpenAccount command = INVOICING__OPEN_ACCOUNT__INIT;
    command.account_id = id;
    command.customer_id = SEED_CUSTOMER;
    command.entity_id = SEED_ENTITY;
    command.account_number = text;
    command.currency = "EUR";
    command.cycle_code = "MONTHLY";
    command.terms = &terms;
    return seed_command(&command.base, text);
}

static struct work *set_charge(size_t number, int place)
{
    char id[UUID_TEXT_SIZE], text[48];
    seed_account_id(id, number);
    snprintf(text, sizeof text, "%zu/%d", number, place);
    char charge_id[UUID_TEXT_SIZE];
    uuid_format(charge_id, uuid_derive_text("bench-charge", text, NULL));
    Common__Decimal quantity = COMMON__DECIMAL__INIT, price = COMMON__DECIMAL__INIT;
    quantity.unscaled = 1 + place;
    price.unscaled = 1999 + place;
    price.scale = 2;
    Invoicing__Tax tax = INVOICING__TAX__INIT, *taxes[] = {&tax};
    tax.authority = "VAT";
    tax.category = TAX_CATEGORY_S;
    tax.rate_ppm = 190000;
    Common__Date start = COMMON__DATE__INIT;
    start.days = (int32_t)days_from_civil(2026, 1, 1);
    Invoicing__RecurringCharge charge = INVOICING__RECURRING_CHARGE__INIT;
    charge.charge_id = charge_id;
    charge.charge_code = "BASE";
    charge.description = "Monthly service";
    charge.quantity = &quantity;
    charge.unit_code = "C62";
    charge.price = &price;
    charge.n_taxes = 1;
    charge.taxes = taxes;
    charge.start = &start;
    Invoicing__SetRecurringCharge command = INVOICING__SET_RECURRING_CHARGE__INIT;
    command.account_id = id;
    command.charge = &charge;
    return seed_command(&command.base, text);
}

void seed_accounts(struct seed_loop *loop, size_t first, size_t n, bool with_entity)
{
    if (with_entity)
        seed_entity(loop);
    struct work **works = calloc(n * 4, sizeof *works);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        works[count++] = open_account(first + i);
        for (int place = 0; place < 3; place++)
            works[count++] = set_charge(first + i, place);
    }
    seed_run(loop, works, count, 2000);
    for (size_t i = 0; i < count; i++) {
        free((uint8_t *)(uintptr_t)works[i]->record.payload);
        free(works[i]);
    }
    free(works);
}

struct work *seed_bill(size_t account, int month)
{
    char id[UUID_TEXT_SIZE], cycle[64], decision[128];
    seed_account_id(id, account);
    snprintf(cycle, sizeof cycle, "MONTHLY/2026-%02d-01/%d-%02d-01", month, month == 12 ? 2027 : 2026,
             month == 12 ? 1 : month + 1);
    snprintf(decision, sizeof decision, "%s/%s", id, cycle);
    Common__Date start = COMMON__DATE__INIT, end = COMMON__DATE__INIT;
    start.days = (int32_t)days_from_civil(2026, month, 1);
    end.days = (int32_t)days_from_civil(month == 12 ? 2027 : 2026, month == 12 ? 1 : month + 1, 1);
    Invoicing__BillAccount command = INVOICING__BILL_ACCOUNT__INIT;
    command.account_id = id;
    command.bill_run_id = SEED_RUN;
    command.cycle_key = cycle;
    command.period_start = &start;
    command.period_end = &end;
    command.entity_id = SEED_ENTITY;
    command.customer_id = SEED_CUSTOMER;
    return seed_command(&command.base, decision);
}
