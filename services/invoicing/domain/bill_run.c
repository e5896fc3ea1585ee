/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/bill_run.h"

#include "services/invoicing/domain/bill.h"
#include "services/invoicing/domain/document_number.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/transition.h"

enum { PERIOD_DAYS_MAX = 366, RUN_TOTALS_MAX = 200 };

static const char *const states[] = {"none", "started", "proved", "blocked"};

static const struct transition transitions[] = {
    {BILL_RUN_STATUS_UNSPECIFIED, "BillRunStarted", BILL_RUN_STATUS_STARTED,
     "the job bills each account of the cycle once, and goes on where it was killed"},
    {BILL_RUN_STATUS_STARTED, "BillRunProved", BILL_RUN_STATUS_PROVED,
     "accounts in the cycle = billed + skipped + exceptions, and the totals add up (REP-11)"},
    {BILL_RUN_STATUS_STARTED, "BillRunBlocked", BILL_RUN_STATUS_BLOCKED,
     "an account or an amount is missing: a person must look; another run may follow"},
};

const struct state_machine bill_run_machine = {"bill run", states, sizeof states / sizeof *states,
                                               transitions,
                                               sizeof transitions / sizeof *transitions};

void bill_run_start_declare(struct declaring *declaring, const Invoicing__StartBillRun *command)
{
    declare_key(declaring, command->bill_run_id);
    declare_stream(declaring, KIND_BILL_RUN, command->bill_run_id);
    declare_stream(declaring, KIND_LEGAL_ENTITY, command->entity_id);
    declare_series(declaring, command->entity_id, SERIES_INVOICE);
}

static bool start_check(struct fault *fault, const Invoicing__StartBillRun *command)
{
    if (!check_id(fault, NULL, "bill_run_id", command->bill_run_id) ||
        !check_id(fault, NULL, "entity_id", command->entity_id) ||
        !check_code(fault, NULL, "cycle_code", command->cycle_code) ||
        !check_period(fault, NULL, command->period_start, command->period_end))
        return false;
    return command->period_end->days - command->period_start->days <= PERIOD_DAYS_MAX ||
           fault_set(fault, &REFUSAL_PERIOD_TOO_LONG, NULL, "period_end", NULL);
}

/* Told at the start, since otherwise every single account would be an exception. */
static bool series_check(struct fault *fault, const struct deciding *deciding,
                         const Invoicing__LegalEntity *entity, struct date issue)
{
    struct series_fact fact =
        deciding->source.series(deciding->source.self, entity->entity_id, SERIES_INVOICE,
                                document_fiscal_year(entity, issue));
    return issue.days >= fact.last_issue_days ||
           fault_set(fault, &REFUSAL_ISSUE_DATE_PASSED, NULL, "issue_date", NULL);
}

void bill_run_start_decide(struct deciding *deciding, const Invoicing__StartBillRun *command)
{
    struct fault fault = fault_none(deciding->arena);
    if (!start_check(&fault, command)) {
        fault_refuse(&fault, deciding);
        return;
    }
    if (deciding_state(deciding, KIND_BILL_RUN, command->bill_run_id)) {
        deciding_refuse(deciding, &REFUSAL_BILL_RUN_EXISTS, "bill_run_id", NULL);
        return;
    }
    const Invoicing__LegalEntityState *entity =
        deciding_state(deciding, KIND_LEGAL_ENTITY, command->entity_id);
    if (!entity) {
        deciding_refuse(deciding, &REFUSAL_ENTITY_NOT_FOUND, "entity_id", NULL);
        return;
    }
    struct date issue;
    if (!document_issue_date(&fault, deciding, entity->entity, command->issue_date, &issue) ||
        !series_check(&fault, deciding, entity->entity, issue)) {
        fault_refuse(&fault, deciding);
        return;
    }
    Invoicing__BillRunStarted *started =
        arena_new(deciding->arena, Invoicing__BillRunStarted, INVOICING__BILL_RUN_STARTED__INIT);
    started->bill_run_id = command->bill_run_id;
    started->entity_id = command->entity_id;
    started->cycle_code = command->cycle_code;
    started->cycle_key = bill_cycle_key(deciding->arena, command->cycle_code,
                                        (struct date){command->period_start->days},
                                        (struct date){command->period_end->days});
    started->period_start = command->period_start;
    started->period_end = command->period_end;
    started->issue_date = date_to_message(deciding->arena, issue);
    deciding_books(deciding, command->entity_id, issue.days, 0);
    deciding_emit(deciding, KIND_BILL_RUN, command->bill_run_id, &started->base);
}

/* ---- proof ---- */

void bill_run_complete_declare(struct declaring *declaring,
                               const Invoicing__CompleteBillRun *command)
{
    declare_key(declaring, command->bill_run_id);
    declare_stream(declaring, KIND_BILL_RUN, command->bill_run_id);
}

/* REP-11 (c) for one currency: net + tax = gross. */
static bool total_check(struct fault *fault, const struct place *place,
                        const Invoicing__RunTotal *total)
{
    struct currency currency;
    struct money net, tax, gross, sum;
    return check_currency(fault, place, "currency", total->currency, &currency) &&
           check_money(fault, place, "net", total->net, currency, &net) &&
           check_money(fault, place, "tax", total->tax, currency, &tax) &&
           check_money(fault, place, "gross", total->gross, currency, &gross) &&
           check_amount(fault, place, "gross", money_add(&sum, net, tax, NULL)) &&
           (money_equal(sum, gross) ||
            fault_set(fault, &REFUSAL_COUNTS_INCONSISTENT, place, "gross", NULL));
}

/* Why the run is not proved; NULL: it is. */
static const char *proof_break(struct deciding *deciding, const Invoicing__CompleteBillRun *command)
{
    struct fault fault = fault_none(deciding->arena);
    uint64_t answered = (uint64_t)command->billed + command->skipped + command->exceptions;
    uint64_t invoices = 0;
    if (answered != command->accounts)
        return arena_text(deciding->arena,
                          "%u accounts in the cycle, but %u billed + %u skipped + %u exceptions = "
                          "%llu: %lld missing",
                          command->accounts, command->billed, command->skipped, command->exceptions,
                          (unsigned long long)answered,
                          (long long)command->accounts - (long long)answered);
    if (command->n_totals > RUN_TOTALS_MAX)
        return "more currencies than there are";
    for (size_t i = 0; i < command->n_totals; i++) {
        const struct place here = place_at(NULL, "totals", i);
        invoices += command->totals[i]->invoices;
        if (!total_check(&fault, &here, command->totals[i]))
            return arena_text(deciding->arena, "%s: %s", fault.field, fault.refusal->text);
    }
    if (invoices != command->billed)
        return arena_text(deciding->arena, "%u accounts billed, but %llu invoices", command->billed,
                          (unsigned long long)invoices);
    return NULL;
}

static void block_emit(struct deciding *deciding, const char *bill_run_id, const char *reason)
{
    Invoicing__BillRunBlocked *blocked =
        arena_new(deciding->arena, Invoicing__BillRunBlocked, INVOICING__BILL_RUN_BLOCKED__INIT);
    blocked->bill_run_id = bill_run_id;
    blocked->reason = reason;
    deciding_emit(deciding, KIND_BILL_RUN, bill_run_id, &blocked->base);
}

void bill_run_complete_decide(struct deciding *deciding, const Invoicing__CompleteBillRun *command)
{
    const Invoicing__BillRunState *run =
        deciding_state(deciding, KIND_BILL_RUN, command->bill_run_id);
    if (!run) {
        deciding_refuse(deciding, &REFUSAL_BILL_RUN_NOT_FOUND, "bill_run_id", NULL);
        return;
    }
    if (!state_machine_allows(&bill_run_machine, (int)run->status, "BillRunProved")) {
        deciding_refuse(deciding, &REFUSAL_BILL_RUN_NOT_STARTED, "bill_run_id", NULL);
        return;
    }
    deciding_books(deciding, run->run->entity_id, run->run->issue_date->days, 0);
    const char *reason = proof_break(deciding, command);
    if (reason) {
        block_emit(deciding, command->bill_run_id, reason);
        return;
    }
    Invoicing__BillRunProved *proved =
        arena_new(deciding->arena, Invoicing__BillRunProved, INVOICING__BILL_RUN_PROVED__INIT);
    proved->bill_run_id = command->bill_run_id;
    proved->accounts = command->accounts;
    proved->billed = command->billed;
    proved->skipped = command->skipped;
    proved->exceptions = command->exceptions;
    proved->n_totals = command->n_totals;
    proved->totals = command->totals;
    deciding_emit(deciding, KIND_BILL_RUN, command->bill_run_id, &proved->base);
}

void bill_run_evolve_started(struct arena *arena, Invoicing__BillRunState *state,
                             const Invoicing__BillRunStarted *event)
{
    (void)arena;
    state->status = BILL_RUN_STATUS_STARTED;
    state->run = (Invoicing__BillRunStarted *)event;
    state->entity_id = event->entity_id;
}

void bill_run_evolve_proved(struct arena *arena, Invoicing__BillRunState *state,
                            const Invoicing__BillRunProved *event)
{
    (void)arena;
    state->status = BILL_RUN_STATUS_PROVED;
    state->accounts = event->accounts;
    state->billed = event->billed;
    state->skipped = event->skipped;
    state->exceptions = event->exceptions;
    state->totals = event->totals;
    state->n_totals = event->n_totals;
}

void bill_run_evolve_blocked(struct arena *arena, Invoicing__BillRunState *state,
                             const Invoicing__BillRunBlocked *event)
{
    (void)arena;
    state->status = BILL_RUN_STATUS_BLOCKED;
    state->blocked_reason = event->reason;
}
