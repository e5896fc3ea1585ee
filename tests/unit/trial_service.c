/* SPDX-License-Identifier: Apache-2.0 */
#include "trial_service.h"

static const struct refusal trial_exists = {"account_exists", "T-1", "it was opened before", 409};
static const struct refusal trial_taken = {"number_taken", "T-2", "choose another number", 409};
static const struct refusal trial_absent = {"account_unknown", "T-3", "open it first", 404};
static const struct refusal trial_passed = {"issue_date_passed", "INV-17", "issue it today", 422};

/* ---- accounts ---- */

static void open_declare(struct declaring *declaring, const Invoicing__OpenAccount *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, TRIAL_ACCOUNT, command->account_id);
    declare_look_up(declaring, TRIAL_NUMBERS, command->account_number);
}

static void open_decide(struct deciding *deciding, const Invoicing__OpenAccount *command)
{
    const struct stream_ref *refs;
    if (deciding_state(deciding, TRIAL_ACCOUNT, command->account_id)) {
        deciding_refuse(deciding, &trial_exists, "account_id", NULL);
        return;
    }
    if (deciding_look_up(deciding, TRIAL_NUMBERS, command->account_number, &refs)) {
        deciding_refuse(deciding, &trial_taken, "account_number", NULL);
        return;
    }
    Invoicing__AccountOpened *event =
        arena_new(deciding->arena, Invoicing__AccountOpened, INVOICING__ACCOUNT_OPENED__INIT);
    event->account_id = command->account_id;
    event->customer_id = command->customer_id;
    event->account_number = command->account_number;
    deciding_emit(deciding, TRIAL_ACCOUNT, command->account_id, &event->base);
}
HANDLER(open, Invoicing__OpenAccount)

static void opened(struct arena *arena, Invoicing__AccountState *state,
                   const Invoicing__AccountOpened *event)
{
    (void)arena;
    state->account_id = event->account_id;
    state->customer_id = event->customer_id;
    state->account_number = event->account_number;
}
EVOLVER(opened, Invoicing__AccountState, Invoicing__AccountOpened)

static void charge_declare(struct declaring *declaring,
                           const Invoicing__SetRecurringCharge *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, TRIAL_ACCOUNT, command->account_id);
}

/* A quantity is how many bytes the decision shall need: for the arena's end. */
static void charge_decide(struct deciding *deciding, const Invoicing__SetRecurringCharge *command)
{
    if (!deciding_state(deciding, TRIAL_ACCOUNT, command->account_id)) {
        deciding_refuse(deciding, &trial_absent, "account_id", NULL);
        return;
    }
    if (command->charge->quantity)
        arena_zero(deciding->arena, (size_t)command->charge->quantity->unscaled);
    Invoicing__RecurringChargeSet *event = arena_new(deciding->arena, Invoicing__RecurringChargeSet,
                                                     INVOICING__RECURRING_CHARGE_SET__INIT);
    event->account_id = command->account_id;
    event->charge = command->charge;
    deciding_emit(deciding, TRIAL_ACCOUNT, command->account_id, &event->base);
}
HANDLER(charge, Invoicing__SetRecurringCharge)

static void charge_set(struct arena *arena, Invoicing__AccountState *state,
                       const Invoicing__RecurringChargeSet *event)
{
    arena_append(arena, state->n_charges, state->charges, event->charge);
}
EVOLVER(charge_set, Invoicing__AccountState, Invoicing__RecurringChargeSet)

static void billed(struct arena *arena, Invoicing__AccountState *state,
                   const Invoicing__AccountBilled *event)
{
    Invoicing__BilledCycle *cycle =
        arena_new(arena, Invoicing__BilledCycle, INVOICING__BILLED_CYCLE__INIT);
    cycle->cycle_key = event->cycle_key;
    arena_append(arena, state->n_cycles, state->cycles, cycle);
}
EVOLVER(billed, Invoicing__AccountState, Invoicing__AccountBilled)

static void skipped(struct arena *arena, Invoicing__AccountState *state,
                    const Invoicing__AccountSkipped *event)
{
    Invoicing__BilledCycle *cycle =
        arena_new(arena, Invoicing__BilledCycle, INVOICING__BILLED_CYCLE__INIT);
    cycle->skipped_reason = event->reason;
    arena_append(arena, state->n_cycles, state->cycles, cycle);
}
EVOLVER(skipped, Invoicing__AccountState, Invoicing__AccountSkipped)

/* ---- invoices ---- */

static void invoice_declare(struct declaring *declaring, const Invoicing__IssueInvoice *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, TRIAL_ACCOUNT, command->account_id);
    declare_stream(declaring, TRIAL_INVOICE, command->invoice_id);
    declare_series(declaring, command->entity_id, "INV");
}

static void invoice_decide(struct deciding *deciding, const Invoicing__IssueInvoice *command)
{
    if (!deciding_state(deciding, TRIAL_ACCOUNT, command->account_id)) {
        deciding_refuse(deciding, &trial_absent, "account_id", NULL);
        return;
    }
    int32_t days = command->issue_date->days;
    int32_t year = days < 20819 ? 2026 : 2027; /* 2027-01-01 */
    int64_t number = deciding_take_number(deciding, command->entity_id, "INV", year, days);
    if (!number) {
        deciding_refuse(deciding, &trial_passed, "issue_date", NULL);
        return;
    }
    Invoicing__InvoiceIssued *event =
        arena_new(deciding->arena, Invoicing__InvoiceIssued, INVOICING__INVOICE_ISSUED__INIT);
    event->invoice_id = command->invoice_id;
    event->account_id = command->account_id;
    event->entity_id = command->entity_id;
    event->number = arena_text(deciding->arena, "%d-%lld", year, (long long)number);
    event->issue_date = command->issue_date;
    deciding_books(deciding, command->entity_id, days, 0);
    deciding_emit(deciding, TRIAL_INVOICE, command->invoice_id, &event->base);
}
HANDLER(invoice, Invoicing__IssueInvoice)

static void issued(struct arena *arena, Invoicing__InvoiceState *state,
                   const Invoicing__InvoiceIssued *event)
{
    state->document = arena_copy(arena, event, sizeof *event);
}
EVOLVER(issued, Invoicing__InvoiceState, Invoicing__InvoiceIssued)

/* ---- runs: work for accounts in other shards ---- */

/* The cycle code names the customer whose accounts are billed. */
static void run_declare(struct declaring *declaring, const Invoicing__StartBillRun *command)
{
    declare_key(declaring, command->bill_run_id);
    declare_stream(declaring, TRIAL_RUN, command->bill_run_id);
    declare_look_up_names(declaring, TRIAL_OF_CUSTOMER, command->cycle_code, 0);
}

static void run_decide(struct deciding *deciding, const Invoicing__StartBillRun *command)
{
    const struct stream_ref *accounts;
    size_t n = deciding_look_up(deciding, TRIAL_OF_CUSTOMER, command->cycle_code, &accounts);
    Invoicing__BillRunStarted *event =
        arena_new(deciding->arena, Invoicing__BillRunStarted, INVOICING__BILL_RUN_STARTED__INIT);
    event->bill_run_id = command->bill_run_id;
    event->cycle_key = command->cycle_code;
    deciding_emit(deciding, TRIAL_RUN, command->bill_run_id, &event->base);
    for (size_t i = 0; i < n; i++) {
        Invoicing__BillAccount *bill =
            arena_new(deciding->arena, Invoicing__BillAccount, INVOICING__BILL_ACCOUNT__INIT);
        bill->account_id = accounts[i].id;
        bill->bill_run_id = command->bill_run_id;
        bill->cycle_key = "2026-01";
        deciding_hand_over(deciding, accounts[i].id, &bill->base);
    }
    if (n || !command->entity_id[0])
        return;
    /* The account that the run is for is not known yet: it will wait there. */
    Invoicing__BillAccount *bill =
        arena_new(deciding->arena, Invoicing__BillAccount, INVOICING__BILL_ACCOUNT__INIT);
    bill->account_id = command->entity_id;
    bill->cycle_key = "2026-01";
    deciding_hand_over(deciding, command->entity_id, &bill->base);
}
HANDLER(run, Invoicing__StartBillRun)

static void started(struct arena *arena, Invoicing__BillRunState *state,
                    const Invoicing__BillRunStarted *event)
{
    state->run = arena_copy(arena, event, sizeof *event);
}
EVOLVER(started, Invoicing__BillRunState, Invoicing__BillRunStarted)

static void bill_declare(struct declaring *declaring, const Invoicing__BillAccount *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, TRIAL_ACCOUNT, command->account_id);
}

static void bill_decide(struct deciding *deciding, const Invoicing__BillAccount *command)
{
    if (!deciding_state(deciding, TRIAL_ACCOUNT, command->account_id)) {
        deciding_wait(deciding, TRIAL_ACCOUNT, command->account_id);
        return;
    }
    Invoicing__AccountBilled *event =
        arena_new(deciding->arena, Invoicing__AccountBilled, INVOICING__ACCOUNT_BILLED__INIT);
    event->account_id = command->account_id;
    event->cycle_key = command->cycle_key;
    deciding_emit(deciding, TRIAL_ACCOUNT, command->account_id, &event->base);
}
HANDLER(bill, Invoicing__BillAccount)

/* ---- items of the other service ---- */

static void item_declare(struct declaring *declaring, const Reconciliation__ItemOpened *event)
{
    declare_key(declaring, event->account_id);
    declare_stream(declaring, TRIAL_ACCOUNT, event->account_id);
}

static void item_decide(struct deciding *deciding, const Reconciliation__ItemOpened *heard)
{
    if (!deciding_state(deciding, TRIAL_ACCOUNT, heard->account_id)) {
        deciding_wait(deciding, TRIAL_ACCOUNT, heard->account_id);
        return;
    }
    Invoicing__AccountSkipped *event =
        arena_new(deciding->arena, Invoicing__AccountSkipped, INVOICING__ACCOUNT_SKIPPED__INIT);
    event->account_id = heard->account_id;
    event->reason = heard->document_number;
    deciding_emit(deciding, TRIAL_ACCOUNT, heard->account_id, &event->base);
}
HANDLER(item, Reconciliation__ItemOpened)

/* ---- tables and indexes ---- */

static const struct column account_columns[] = {{"account_id", COLUMN_UUID, COLUMN_KEY},
                                                {"number", COLUMN_TEXT, COLUMN_VALUE},
                                                {"version", COLUMN_INT64, COLUMN_VALUE},
                                                {"charges", COLUMN_INT32, COLUMN_VALUE}};
static const struct table trial_accounts = {"trial_account", account_columns, 4};
static const struct column total_columns[] = {{"customer_id", COLUMN_UUID, COLUMN_KEY},
                                              {"accounts", COLUMN_INT64, COLUMN_SUM}};
static const struct table trial_totals = {"trial_total", total_columns, 2};
static const struct column charge_columns[] = {{"account_id", COLUMN_UUID, COLUMN_KEY},
                                               {"charge_id", COLUMN_TEXT, COLUMN_KEY},
                                               {"description", COLUMN_TEXT, COLUMN_VALUE}};
static const struct table trial_charges = {"trial_charge", charge_columns, 3};
static const struct column item_columns[] = {{"item_id", COLUMN_UUID, COLUMN_KEY},
                                             {"heard", COLUMN_INT64, COLUMN_SUM},
                                             {"posting_date", COLUMN_DATE, COLUMN_VALUE},
                                             {"recorded_at", COLUMN_TIME, COLUMN_VALUE}};
static const struct table trial_items = {"trial_item", item_columns, 4};
static const struct table *const trial_tables[] = {&trial_accounts, &trial_totals, &trial_charges,
                                                   &trial_items};

static void item_row(struct projecting *projecting, const char *id, const struct record *record)
{
    row_begin(projecting, &trial_items);
    row_uuid(projecting, id);
    row_int(projecting, 1);
    row_date(projecting, record->posting_days);
    row_time(projecting, record->recorded_us);
    row_put(projecting);
}

static void trial_project_event(struct projecting *projecting, const struct record *record,
                                const ProtobufCMessage *event)
{
    if (event->descriptor == &invoicing__account_opened__descriptor) {
        const Invoicing__AccountOpened *opening = (const Invoicing__AccountOpened *)event;
        row_begin(projecting, &trial_totals);
        row_uuid(projecting, opening->customer_id);
        row_int(projecting, 1);
        row_put(projecting);
    } else if (event->descriptor == &invoicing__recurring_charge_set__descriptor) {
        const Invoicing__RecurringChargeSet *set = (const Invoicing__RecurringChargeSet *)event;
        row_begin(projecting, &trial_charges);
        row_uuid(projecting, set->account_id);
        row_text(projecting, set->charge->charge_id);
        if (!strcmp(set->charge->description, "gone")) {
            row_drop(projecting);
            return;
        }
        row_text(projecting, set->charge->description);
        row_put(projecting);
    } else if (event->descriptor == &reconciliation__item_opened__descriptor) {
        item_row(projecting, ((const Reconciliation__ItemOpened *)event)->item_id, record);
    } else if (event->descriptor == &reconciliation__sent_to_suspense__descriptor) {
        item_row(projecting, ((const Reconciliation__SentToSuspense *)event)->payment_id, record);
    }
}

static void trial_project_state(struct projecting *projecting, struct stream_ref stream,
                                int64_t version, const ProtobufCMessage *state)
{
    if (stream.kind != TRIAL_ACCOUNT)
        return;
    const Invoicing__AccountState *account = (const Invoicing__AccountState *)state;
    row_begin(projecting, &trial_accounts);
    row_uuid(projecting, stream.id);
    row_text(projecting, account->account_number);
    row_int(projecting, version);
    row_int(projecting, (int64_t)account->n_charges);
    row_put(projecting);
}

/* A charge called "left" takes the account out of both indexes: its number is free again. */
static void trial_index(const struct indexing *indexing, struct stream_ref stream,
                        const ProtobufCMessage *event, const ProtobufCMessage *state)
{
    const Invoicing__AccountState *account = (const Invoicing__AccountState *)state;
    bool opening = event->descriptor == &invoicing__account_opened__descriptor;
    bool leaving =
        event->descriptor == &invoicing__recurring_charge_set__descriptor &&
        !strcmp(((const Invoicing__RecurringChargeSet *)event)->charge->description, "left");
    if (!opening && !leaving)
        return;
    void (*change)(void *, int, const char *, struct stream_ref) =
        opening ? indexing->put : indexing->drop;
    if (*account->account_number)
        change(indexing->self, TRIAL_NUMBERS, account->account_number, stream);
    change(indexing->self, TRIAL_OF_CUSTOMER, account->customer_id, stream);
}

/* ---- the model ---- */

static const struct evolution account_events[] = {
    {&invoicing__account_opened__descriptor, opened_any, "billed from now on"},
    {&invoicing__recurring_charge_set__descriptor, charge_set_any, "comes back with each cycle"},
    {&invoicing__account_billed__descriptor, billed_any, "a cycle is done"},
    {&invoicing__account_skipped__descriptor, skipped_any, "another service said so"},
};
static const struct evolution invoice_events[] = {
    {&invoicing__invoice_issued__descriptor, issued_any, "owed"}};
static const struct evolution run_events[] = {
    {&invoicing__bill_run_started__descriptor, started_any, "accounts are being billed"}};
static const struct stream_kind trial_kinds[] = {
    {.code = TRIAL_ACCOUNT,
     .name = "account",
     .state = &invoicing__account_state__descriptor,
     .evolutions = account_events,
     .n_evolutions = 4,
     .fold_version = 1,
     .snapshot_every = 8},
    {.code = TRIAL_INVOICE,
     .name = "invoice",
     .state = &invoicing__invoice_state__descriptor,
     .evolutions = invoice_events,
     .n_evolutions = 1,
     .fold_version = 1},
    {.code = TRIAL_RUN,
     .name = "bill_run",
     .state = &invoicing__bill_run_state__descriptor,
     .evolutions = run_events,
     .n_evolutions = 1,
     .fold_version = 1},
};
static const struct look_up_index trial_indexes[] = {{"account_number", true},
                                                     {"account_of_customer", false}};
static const char *const charge_required[] = {"charge", NULL};
static const char *const item_required[] = {"amount", NULL};
static const struct handler trial_handlers[] = {
    {.message = &invoicing__open_account__descriptor,
     .declare = open_declare_any,
     .decide = open_decide_any},
    {.message = &invoicing__set_recurring_charge__descriptor,
     .declare = charge_declare_any,
     .decide = charge_decide_any,
     .required = charge_required},
    {.message = &invoicing__issue_invoice__descriptor,
     .declare = invoice_declare_any,
     .decide = invoice_decide_any},
    {.message = &invoicing__start_bill_run__descriptor,
     .declare = run_declare_any,
     .decide = run_decide_any},
    {.message = &invoicing__bill_account__descriptor,
     .declare = bill_declare_any,
     .decide = bill_decide_any},
    {.message = &reconciliation__item_opened__descriptor,
     .declare = item_declare_any,
     .decide = item_decide_any,
     .required = item_required},
};
static const ProtobufCMessageDescriptor *const trial_heard[] = {
    &reconciliation__sent_to_suspense__descriptor};
static const char *const trial_ignored[] = {"billing.common.v1.",
                                            "billing.reconciliation.v1.JournalPosted"};
static const char *const trial_topics[] = {TRIAL_TOPIC_IN};

const struct service_model trial_model = {
    .name = "trial",
    .feed_id = "/billing/trial",
    .topic_out = "billing.trial.events",
    .topics_in = trial_topics,
    .n_topics_in = 1,
    .kinds = trial_kinds,
    .n_kinds = 3,
    .indexes = trial_indexes,
    .n_indexes = 2,
    .handlers = trial_handlers,
    .n_handlers = 6,
    .heard = trial_heard,
    .n_heard = 1,
    .ignored = trial_ignored,
    .n_ignored = 2,
    .tables = trial_tables,
    .n_tables = 4,
    .index = trial_index,
    .project_event = trial_project_event,
    .project_state = trial_project_state,
};
