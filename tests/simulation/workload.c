/* SPDX-License-Identifier: Apache-2.0
 * Workload: months of business for some dozens of accounts, in phases. Between two phases
 * everything comes to rest and within one each account meets one fact about money at most, so that
 * the order in which faults let things arrive cannot change what people would call the result. */
#include <assert.h>
#include <stdlib.h>

#include "billing/collections/v1/collections.pb-c.h"
#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/payments/v1/payment.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/time.h"
#include "simulation.h"
#include "workload.h"

enum { KIND_INVOICE = 4 }; /* of invoicing */

static const char *const currencies[ENTITIES] = {"EUR", "USD"};
static const char *const zones[ENTITIES] = {"Europe/Berlin", "Europe/Paris"};
static const char *const countries[ENTITIES] = {"DE", "FR"};

/* ---- ids, dates, money ---- */

static char *id_of(struct workload *workload, const char *what, int64_t number)
{
    char *name = arena_text(&workload->arena, "%llu %s %lld", (unsigned long long)workload->seed,
                            what, (long long)number);
    char *text = arena_get(&workload->arena, UUID_TEXT_SIZE);
    uuid_format(text, uuid_derive_text("simulation", name, NULL));
    return text;
}

static Common__Date *date_of(struct workload *workload, int32_t days)
{
    Common__Date *date = arena_new(&workload->arena, Common__Date, COMMON__DATE__INIT);
    date->days = days;
    return date;
}

static Common__Money *money_of(struct workload *workload, int entity, int64_t minor)
{
    Common__Money *money = arena_new(&workload->arena, Common__Money, COMMON__MONEY__INIT);
    money->currency = currencies[entity];
    money->minor = minor;
    return money;
}

static Common__Decimal *decimal_of(struct workload *workload, int64_t unscaled, uint32_t scale)
{
    Common__Decimal *decimal = arena_new(&workload->arena, Common__Decimal, COMMON__DECIMAL__INIT);
    decimal->unscaled = unscaled;
    decimal->scale = scale;
    return decimal;
}

static Invoicing__Tax **taxes_of(struct workload *workload, int32_t rate_ppm)
{
    Invoicing__Tax *tax = arena_new(&workload->arena, Invoicing__Tax, INVOICING__TAX__INIT);
    tax->authority = "VAT";
    tax->category = TAX_CATEGORY_S;
    tax->rate_ppm = rate_ppm;
    Invoicing__Tax **taxes = arena_get(&workload->arena, sizeof *taxes);
    taxes[0] = tax;
    return taxes;
}

static uint32_t roll(struct sim *sim, uint32_t below)
{
    return chance_below(&sim->workload_chance, below);
}

/* ---- asking ---- */

void sim_ask(struct sim *sim, const char *service, const char *name, int64_t after,
             const ProtobufCMessage *command)
{
    const struct sim_service *to = sim_service_named(sim, service);
    if (!to)
        return; /* this tree does not have it yet */
    if (sim->n_requests == sim->requests_max) {
        sim->requests_max = sim->requests_max ? sim->requests_max * 2 : 256;
        sim->requests = realloc(sim->requests, sim->requests_max * sizeof *sim->requests);
        assert(sim->requests);
    }
    char number[64];
    snprintf(number, sizeof number, "%llu %zu", (unsigned long long)sim->seed, sim->n_requests);
    struct request *request = &sim->requests[sim->n_requests++];
    *request = (struct request){.service = (int)(to - sim->services),
                                .type = command->descriptor->name,
                                .id = uuid_derive_text("request", name, number, NULL),
                                .after = after};
    request->size = protobuf_c_message_get_packed_size(command);
    request->payload = malloc(request->size + 1);
    assert(request->payload);
    protobuf_c_message_pack(command, request->payload);
}

/* One after the other for an account, as a careful client does. */
static void ask(struct sim *sim, struct workload *workload, const char *service, int account,
                const ProtobufCMessage *command)
{
    int64_t *last = account >= 0 ? &workload->accounts[account].last_request : NULL;
    size_t before = sim->n_requests;
    sim_ask(sim, service, command->descriptor->short_name, last ? *last : -1, command);
    if (last && sim->n_requests > before)
        *last = (int64_t)before;
}

/* ---- the first phase: who there is ---- */

static void ask_entities(struct sim *sim, struct workload *workload)
{
    for (int i = 0; i < ENTITIES; i++) {
        Invoicing__LegalEntity entity = INVOICING__LEGAL_ENTITY__INIT;
        entity.entity_id = workload->entity_ids[i];
        entity.name = i ? "Duebook SARL" : "Duebook GmbH";
        entity.country = countries[i];
        entity.vat_id = i ? "FR40303265045" : "DE136695976";
        entity.address = "Main Street 1";
        entity.currency = currencies[i];
        entity.zone = zones[i];
        entity.fiscal_year_start_month = 1;
        entity.number_prefix = countries[i];
        entity.tax_rounding = TAX_ROUNDING_DOCUMENT;
        Invoicing__RegisterLegalEntity command = INVOICING__REGISTER_LEGAL_ENTITY__INIT;
        command.entity = &entity;
        ask(sim, workload, "invoicing", -1, &command.base);
    }
}

static void ask_customers(struct sim *sim, struct workload *workload)
{
    for (int i = 0; i < workload->n_accounts; i++) {
        Invoicing__RegisterCustomer command = INVOICING__REGISTER_CUSTOMER__INIT;
        Common__Sealed name = COMMON__SEALED__INIT; /* nobody here opens it */
        uint8_t bytes[24] = {1};
        name.subject_id = workload->accounts[i].customer_id;
        name.key_version = 1;
        name.kind = "name";
        name.nonce = name.ciphertext = (ProtobufCBinaryData){sizeof bytes, bytes};
        command.customer_id = workload->accounts[i].customer_id;
        command.name = &name;
        command.kind = roll(sim, 2) ? CUSTOMER_KIND_ORGANISATION : CUSTOMER_KIND_PERSON;
        command.country = countries[workload->accounts[i].entity];
        ask(sim, workload, "invoicing", -1, &command.base);
    }
}

static void ask_policies(struct sim *sim, struct workload *workload)
{
    for (int i = 0; i < ENTITIES; i++) {
        Collections__DunningPolicy policy = COLLECTIONS__DUNNING_POLICY__INIT;
        Collections__DunningStep steps[3], *all[3];
        static const uint32_t days[3] = {3, 14, 30};
        for (uint32_t at = 0; at < 3; at++) {
            steps[at] = (Collections__DunningStep)COLLECTIONS__DUNNING_STEP__INIT;
            steps[at].step = at + 1;
            steps[at].trigger_days_past_due = days[at];
            steps[at].channel = "LETTER";
            steps[at].template_ = arena_text(&workload->arena, "reminder-%u", at + 1);
            all[at] = &steps[at];
        }
        policy.entity_id = workload->entity_ids[i];
        policy.segment = "STANDARD";
        policy.gap_days_min = 5;
        policy.n_steps = 3;
        policy.steps = all;
        Collections__SetDunningPolicy command = COLLECTIONS__SET_DUNNING_POLICY__INIT;
        command.policy = &policy;
        ask(sim, workload, "collections", -1, &command.base);
    }
}

static void ask_account(struct sim *sim, struct workload *workload, int account)
{
    struct account *asked = &workload->accounts[account];
    Invoicing__Terms terms = INVOICING__TERMS__INIT;
    terms.kind = TERMS_KIND_NET;
    terms.days = 10 + roll(sim, 3) * 10;
    Invoicing__OpenAccount open = INVOICING__OPEN_ACCOUNT__INIT;
    open.account_id = asked->account_id;
    open.customer_id = asked->customer_id;
    open.entity_id = workload->entity_ids[asked->entity];
    open.account_number = asked->number;
    open.currency = currencies[asked->entity];
    open.cycle_code = CYCLE;
    open.terms = &terms;
    ask(sim, workload, "invoicing", account, &open.base);
    uint32_t charges = 1 + roll(sim, 3);
    for (uint32_t i = 0; i < charges; i++) {
        Invoicing__RecurringCharge charge = INVOICING__RECURRING_CHARGE__INIT;
        charge.charge_id = id_of(workload, "charge", account * 10 + (int64_t)i);
        charge.charge_code = "BASE";
        charge.description = "A fee that comes back";
        charge.quantity = decimal_of(workload, 1 + roll(sim, 5), 0);
        charge.unit_code = "C62";
        charge.price = decimal_of(workload, 100 + roll(sim, 90000), 2);
        charge.n_taxes = 1;
        charge.taxes = taxes_of(workload, roll(sim, 2) ? 190000 : 70000);
        charge.start = date_of(workload, workload->start_days - 60 + (int32_t)roll(sim, 90));
        Invoicing__SetRecurringCharge set = INVOICING__SET_RECURRING_CHARGE__INIT;
        set.account_id = asked->account_id;
        set.charge = &charge;
        ask(sim, workload, "invoicing", account, &set.base);
    }
}

/* ---- billing ---- */

static void ask_bill(struct sim *sim, struct workload *workload, int account)
{
    struct account *billed = &workload->accounts[account];
    Invoicing__BillAccount bill = INVOICING__BILL_ACCOUNT__INIT;
    bill.account_id = billed->account_id;
    bill.customer_id = billed->customer_id;
    bill.entity_id = workload->entity_ids[billed->entity];
    bill.bill_run_id = id_of(workload, "run", workload->month);
    bill.cycle_key = cycle_key(workload);
    bill.period_start = date_of(workload, month_start(workload, workload->month));
    bill.period_end = date_of(workload, month_start(workload, workload->month + 1));
    bill.issue_date = date_of(workload, month_start(workload, workload->month) + 3);
    ask(sim, workload, "invoicing", account, &bill.base);
    if (roll(sim, 4) == 0) /* a person asks again: nothing happens */
        ask(sim, workload, "invoicing", account, &bill.base);
}

static void ask_invoice(struct sim *sim, struct workload *workload, int account)
{
    struct account *billed = &workload->accounts[account];
    Invoicing__LineRequest line = INVOICING__LINE_REQUEST__INIT, *lines[] = {&line};
    line.line_id = "1";
    line.description = "Once";
    line.quantity = decimal_of(workload, 1 + roll(sim, 2500), 2);
    line.unit_code = "C62";
    line.price = decimal_of(workload, 1 + roll(sim, 900000), 4);
    line.n_taxes = 1;
    line.taxes = taxes_of(workload, 190000);
    Invoicing__IssueInvoice issue = INVOICING__ISSUE_INVOICE__INIT;
    issue.invoice_id = id_of(workload, "invoice", workload->month * 1000 + account);
    issue.account_id = billed->account_id;
    issue.customer_id = billed->customer_id;
    issue.entity_id = workload->entity_ids[billed->entity];
    issue.issue_date = date_of(workload, month_start(workload, workload->month) + 3);
    issue.n_lines = 1;
    issue.lines = lines;
    /* Some name an account that nobody opened, or a reference that was used before. */
    if (roll(sim, 12) == 0)
        issue.account_id = id_of(workload, "nobody", account);
    if (roll(sim, 12) == 0)
        issue.source_reference = arena_text(&workload->arena, "order %d", account);
    ask(sim, workload, "invoicing", account, &issue.base);
}

/* ---- what the invoices of an account are: asked from the service, as a clerk would look ---- */

struct found_invoice {
    const Invoicing__InvoiceState *state;
};

static struct found_invoice invoice_find(struct sim *sim, struct workload *workload, int account,
                                         bool once)
{
    struct account *billed = &workload->accounts[account];
    char text[UUID_TEXT_SIZE];
    const char *id = text;
    if (once)
        id = id_of(workload, "invoice", workload->month * 1000 + account);
    else
        uuid_format(text, uuid_derive_text("bill", billed->account_id, cycle_key(workload), NULL));
    const struct sim_service *invoicing = sim_service_named(sim, "invoicing");
    const ProtobufCMessage *state =
        memory_store_state(invoicing->store, &workload->arena, KIND_INVOICE, id, NULL);
    return (struct found_invoice){(const Invoicing__InvoiceState *)state};
}

/* ---- money ---- */

static void ask_entry(struct sim *sim, struct workload *workload, int account, const char *key,
                      int64_t minor, Payments__Remittance *remittance, const char *return_of)
{
    struct account *payer = &workload->accounts[account];
    Payments__IngestEntry entry = PAYMENTS__INGEST_ENTRY__INIT;
    const char *references[1];
    entry.statement_id = id_of(workload, "statement", workload->month);
    entry.bank_account_id = id_of(workload, "bank account", payer->entity);
    entry.entity_id = workload->entity_ids[payer->entity];
    entry.natural_key = key;
    entry.amount = money_of(workload, payer->entity, minor);
    entry.booking_date = entry.value_date =
        date_of(workload, month_start(workload, workload->month) + 12);
    entry.remittance = remittance;
    entry.transaction_code = "PMNT/RCDT/ESCT";
    entry.method = PAYMENT_METHOD_BANK_TRANSFER;
    if (return_of) {
        references[0] = return_of;
        entry.return_reason_code = "AC04";
        entry.return_reference = arena_text(&workload->arena, "%s back", return_of);
        entry.n_original_references = 1;
        entry.original_references = references;
    }
    ask(sim, workload, "payments", account, &entry.base);
    if (roll(sim, 6) == 0) { /* the same row in the next file */
        ask(sim, workload, "payments", account, &entry.base);
        if (return_of && sim->n_requests) /* the first may still be on its way to its shard */
            sim->requests[sim->n_requests - 1].racy = true;
    }
}

static void ask_payment(struct sim *sim, struct workload *workload, int account)
{
    struct account *payer = &workload->accounts[account];
    struct found_invoice bill = invoice_find(sim, workload, account, roll(sim, 3) == 0);
    if (!bill.state)
        bill = invoice_find(sim, workload, account, false);
    uint32_t how = roll(sim, 8);
    int64_t minor = 5000 + roll(sim, 5000);
    if (bill.state)
        minor = bill.state->document->totals->payable->minor;
    if (how == 2)
        minor = minor / 2 + 1;
    if (how == 3)
        minor += 1 + roll(sim, 10000);
    Payments__Remittance remittance = PAYMENTS__REMITTANCE__INIT;
    const char *one[1] = {"XX99UNKNOWN"};
    remittance.end_to_end_id = arena_text(&workload->arena, "E2E-%d-%d", workload->month, account);
    if (bill.state && how != 4 && how != 5) {
        bool structured = how % 2;
        one[0] =
            structured ? bill.state->document->creditor_reference : bill.state->document->number;
        remittance.n_creditor_references = structured;
        remittance.n_references_in_text = !structured;
    } else {
        remittance.n_references_in_text = how != 5; /* 5: says nothing at all */
    }
    remittance.creditor_references = remittance.references_in_text = one;
    payer->paid_key = arena_text(&workload->arena, "%llu/%d/%d", (unsigned long long)workload->seed,
                                 workload->month, account);
    payer->paid_reference = remittance.end_to_end_id;
    payer->paid_minor = minor;
    payer->paid_blindly = !bill.state || how == 4 || how == 5;
    ask_entry(sim, workload, account, payer->paid_key, minor, &remittance, NULL);
}

/* By hand, at the counter. */
static void ask_cash(struct sim *sim, struct workload *workload, int account, int32_t days)
{
    struct account *payer = &workload->accounts[account];
    Payments__RecordPayment record = PAYMENTS__RECORD_PAYMENT__INIT;
    record.entity_id = workload->entity_ids[payer->entity];
    record.account_id = payer->account_id;
    record.amount = money_of(workload, payer->entity, 1000 + roll(sim, 60000));
    record.value_date = date_of(workload, days);
    record.method = PAYMENT_METHOD_CASH;
    record.source_reference = arena_text(&workload->arena, "slip-%d-%d", days, account);
    payer->paid_key = NULL;
    ask(sim, workload, "payments", account, &record.base);
}

/* ---- what comes after the money ---- */

static void ask_credit_note(struct sim *sim, struct workload *workload, int account)
{
    struct found_invoice bill = invoice_find(sim, workload, account, false);
    if (!bill.state)
        return;
    Invoicing__IssueCreditNote note = INVOICING__ISSUE_CREDIT_NOTE__INIT;
    note.credit_note_id = id_of(workload, "note", workload->month * 1000 + account);
    note.invoice_id = bill.state->document->invoice_id;
    note.account_id = workload->accounts[account].account_id;
    note.entity_id = workload->entity_ids[workload->accounts[account].entity];
    note.reason = "It was not delivered";
    note.issue_date = date_of(workload, month_start(workload, workload->month) + 16);
    Invoicing__CreditRequest group = INVOICING__CREDIT_REQUEST__INIT, *groups[] = {&group};
    const Invoicing__TaxLine *line = bill.state->document->tax_lines[0];
    group.authority = line->authority;
    group.category = line->category;
    group.rate_ppm = line->rate_ppm;
    group.net = money_of(workload, workload->accounts[account].entity,
                         1 + line->taxable_amount->minor / (1 + (int64_t)roll(sim, 3)));
    if (roll(sim, 3)) {
        note.n_groups = 1;
        note.groups = groups;
    } else {
        note.cancel = roll(sim, 2) == 1;
    }
    ask(sim, workload, "invoicing", account, &note.base);
}

static void ask_identification(struct sim *sim, struct workload *workload, int account)
{
    struct account *payer = &workload->accounts[account];
    Reconciliation__IdentifyPayer identify = RECONCILIATION__IDENTIFY_PAYER__INIT;
    identify.payment_id = NULL;
    for (size_t i = 0; i < sim->n_requests; i++) {
        const struct request *request = &sim->requests[i];
        if (payer->first_money <= (int64_t)i && *request->subject &&
            request->type == payments__ingest_entry__descriptor.name &&
            payer->last_request == (int64_t)i)
            identify.payment_id = arena_copy_text(&workload->arena, request->subject);
    }
    if (!identify.payment_id)
        return;
    identify.account_id = payer->account_id;
    identify.evidence = "the payer wrote to us";
    ask(sim, workload, "reconciliation", account, &identify.base);
}

static void ask_aftermath(struct sim *sim, struct workload *workload, int account)
{
    struct account *payer = &workload->accounts[account];
    uint32_t what = roll(sim, 8);
    if (payer->paid_key && payer->paid_blindly && what < 5)
        ask_identification(sim, workload, account);
    else if (payer->paid_key && what == 5)
        ask_entry(sim, workload, account, arena_text(&workload->arena, "%s back", payer->paid_key),
                  -payer->paid_minor, NULL, payer->paid_reference);
    else if (what == 6)
        ask_credit_note(sim, workload, account);
}

static void ask_evaluation(struct sim *sim, struct workload *workload, int account)
{
    struct account *late = &workload->accounts[account];
    Collections__EvaluateAccount evaluate = COLLECTIONS__EVALUATE_ACCOUNT__INIT;
    evaluate.account_id = late->account_id;
    evaluate.entity_id = workload->entity_ids[late->entity];
    evaluate.segment = "STANDARD";
    evaluate.as_of = date_of(workload, month_start(workload, workload->month + 1) - 2);
    ask(sim, workload, "collections", account, &evaluate.base);
}

/* ---- phases ---- */

static void set_clock(struct sim *sim, const struct workload *workload, int32_t days)
{
    int64_t at_us = (month_start(workload, workload->month) + days) * DAY_US + 12 * HOUR_US;
    if (sim->now_us < at_us)
        sim->now_us = at_us;
}

void workload_phase(struct sim *sim, struct workload *workload)
{
    for (int i = 0; i < workload->n_accounts; i++)
        if (workload->phase != PHASE_AFTERMATH)
            workload->accounts[i].last_request = -1;
    switch (workload->phase) {
    case PHASE_PEOPLE:
        ask_entities(sim, workload);
        ask_customers(sim, workload);
        ask_policies(sim, workload);
        return;
    case PHASE_ACCOUNTS:
        for (int i = 0; i < workload->n_accounts; i++)
            ask_account(sim, workload, i);
        /* Money may reach reconciliation before it has heard of the account: it waits there. */
        for (int i = 0; i < workload->n_accounts; i += 3)
            ask_cash(sim, workload, i, workload->start_days);
        return;
    case PHASE_BILLS:
        set_clock(sim, workload, 4);
        for (int i = 0; i < workload->n_accounts; i++) {
            ask_bill(sim, workload, i);
            if (roll(sim, 5) < 2)
                ask_invoice(sim, workload, i);
        }
        return;
    case PHASE_MONEY:
        set_clock(sim, workload, 14);
        for (int i = 0; i < workload->n_accounts; i++) {
            workload->accounts[i].paid_key = NULL;
            workload->accounts[i].first_money = (int64_t)sim->n_requests;
            if (roll(sim, 10) < 8)
                ask_payment(sim, workload, i);
            else if (roll(sim, 2))
                ask_cash(sim, workload, i, month_start(workload, workload->month) + 12);
        }
        return;
    case PHASE_AFTERMATH:
        set_clock(sim, workload, 17);
        for (int i = 0; i < workload->n_accounts; i++)
            ask_aftermath(sim, workload, i);
        return;
    case PHASE_LATE:
        set_clock(sim, workload, 29);
        for (int i = 0; i < workload->n_accounts; i++)
            ask_evaluation(sim, workload, i);
        return;
    }
}
