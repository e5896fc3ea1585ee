/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/bill.h"

#include "common/identity/uuid.h"
#include "services/invoicing/domain/account.h"
#include "services/invoicing/domain/invoice.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/recurring_charge.h"

const char *bill_cycle_key(struct arena *arena, const char *cycle_code, struct date start,
                           struct date end)
{
    char first[DATE_TEXT_SIZE], after[DATE_TEXT_SIZE];
    date_format(first, start);
    date_format(after, end);
    return arena_text(arena, "%s/%s/%s", cycle_code, first, after);
}

bool bill_cycle_period(const char *cycle_key, struct date *start, struct date *end)
{
    enum { DAY = DATE_TEXT_SIZE - 1 };
    size_t size = strlen(cycle_key);
    if (size < 2 * (DAY + 1) || cycle_key[size - DAY - 1] != '/' ||
        cycle_key[size - 2 * DAY - 2] != '/')
        return false;
    char first[DATE_TEXT_SIZE] = {0};
    memcpy(first, cycle_key + size - 2 * DAY - 1, DAY);
    return date_parse(start, first, NULL) == OK &&
           date_parse(end, cycle_key + size - DAY, NULL) == OK;
}

const char *bill_invoice_id(struct arena *arena, const char *account_id, const char *cycle_key)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid_derive_text("bill", account_id, cycle_key, NULL));
    return arena_copy_text(arena, text);
}

bool bill_reason_is_exception(const char *reason)
{
    return !text_equal(reason, REFUSAL_NO_CHARGES.code) &&
           !text_equal(reason, REFUSAL_ALREADY_BILLED_BY_ANOTHER_RUN.code);
}

void bill_account_declare(struct declaring *declaring, const Invoicing__BillAccount *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
    declare_stream(declaring, KIND_INVOICE,
                   bill_invoice_id(declaring->arena, command->account_id, command->cycle_key));
    declare_stream(declaring, KIND_LEGAL_ENTITY, command->entity_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
    declare_series(declaring, command->entity_id, SERIES_INVOICE);
}

/* ---- what was billed before ---- */

static bool overlaps_billed(const Invoicing__AccountState *account, struct date start,
                            struct date end, bool *older_than_known)
{
    bool any = false;
    int32_t first = INT32_MAX;
    for (size_t i = 0; i < account->n_cycles; i++) {
        struct date from, to;
        if (!bill_cycle_period(account->cycles[i]->cycle_key, &from, &to))
            continue;
        first = from.days < first ? from.days : first;
        any |= *account->cycles[i]->invoice_id && from.days < end.days && start.days < to.days;
    }
    *older_than_known = account->n_cycles >= ACCOUNT_CYCLES_MAX && start.days < first;
    return any;
}

/* Why the cycle is not billed now; NULL: nothing that was billed stands in the way. */
static const struct refusal *billed_before(const Invoicing__AccountState *account,
                                           const Invoicing__BillAccount *command, struct date start,
                                           struct date end)
{
    for (size_t i = 0; i < account->n_cycles; i++)
        if (*account->cycles[i]->invoice_id &&
            text_equal(account->cycles[i]->cycle_key, command->cycle_key))
            return &REFUSAL_ALREADY_BILLED_BY_ANOTHER_RUN;
    if (!account->billed_until || start.days >= account->billed_until->days)
        return NULL;
    bool older_than_known;
    if (overlaps_billed(account, start, end, &older_than_known))
        return &REFUSAL_PERIOD_OVERLAPS;
    return older_than_known ? &REFUSAL_CYCLE_TOO_OLD : NULL;
}

/* The run asked before and has its answer: a job that was killed asks again. */
static bool answered_before(const Invoicing__AccountState *account,
                            const Invoicing__BillAccount *command)
{
    for (size_t i = 0; i < account->n_cycles; i++)
        if (text_equal(account->cycles[i]->bill_run_id, command->bill_run_id) &&
            text_equal(account->cycles[i]->cycle_key, command->cycle_key))
            return true;
    return false;
}

/* ---- the answer ---- */

static void skip(struct deciding *deciding, const Invoicing__BillAccount *command,
                 const char *reason)
{
    Invoicing__AccountSkipped *skipped =
        arena_new(deciding->arena, Invoicing__AccountSkipped, INVOICING__ACCOUNT_SKIPPED__INIT);
    skipped->account_id = command->account_id;
    skipped->cycle_key = command->cycle_key;
    skipped->bill_run_id = command->bill_run_id;
    skipped->reason = reason;
    deciding_books(deciding, command->entity_id,
                   deciding_local_days(deciding, "UTC", deciding->now_us), 0);
    deciding_emit(deciding, KIND_ACCOUNT, command->account_id, &skipped->base);
}

static bool lines_gather(struct fault *fault, const Invoicing__AccountState *account,
                         struct date start, struct date end, struct invoice_draft *draft)
{
    Invoicing__LineRequest **lines =
        arena_get(fault->arena, (account->n_charges + 1) * sizeof *lines);
    for (size_t i = 0; i < account->n_charges; i++) {
        if (!recurring_charge_line(fault, account->charges[i], start, end, &lines[draft->n_lines]))
            return false;
        draft->n_lines += lines[draft->n_lines] != NULL;
    }
    draft->lines = lines;
    return draft->n_lines || fault_set(fault, &REFUSAL_NO_CHARGES, NULL, "charges", NULL);
}

static void bill(struct deciding *deciding, const Invoicing__BillAccount *command,
                 const Invoicing__InvoiceIssued *issued)
{
    Invoicing__AccountBilled *billed =
        arena_new(deciding->arena, Invoicing__AccountBilled, INVOICING__ACCOUNT_BILLED__INIT);
    billed->account_id = command->account_id;
    billed->cycle_key = command->cycle_key;
    billed->invoice_id = issued->invoice_id;
    billed->bill_run_id = command->bill_run_id;
    billed->period_end = command->period_end;
    deciding_emit(deciding, KIND_INVOICE, issued->invoice_id, &issued->base);
    deciding_emit(deciding, KIND_ACCOUNT, command->account_id, &billed->base);
    deciding_answer(deciding, KIND_ACCOUNT, command->account_id);
}

/* A run that is malformed is refused; an account that cannot be billed is recorded. */
static bool command_check(struct fault *fault, const struct deciding *deciding,
                          const Invoicing__BillAccount *command, struct invoice_draft *draft)
{
    const Invoicing__AccountState *account =
        deciding_state(deciding, KIND_ACCOUNT, command->account_id);
    if (!account)
        return fault_set(fault, &REFUSAL_ACCOUNT_NOT_FOUND, NULL, "account_id", NULL);
    struct date start, end;
    if (!bill_cycle_period(command->cycle_key, &start, &end))
        return fault_set(fault, &REFUSAL_TEXT_MALFORMED, NULL, "cycle_key", NULL);
    return check_id(fault, NULL, "bill_run_id", command->bill_run_id) &&
           check_period(fault, NULL, command->period_start, command->period_end) &&
           ((start.days == command->period_start->days && end.days == command->period_end->days) ||
            fault_set(fault, &REFUSAL_PERIOD_MALFORMED, NULL, "cycle_key",
                      "the key names another period")) &&
           invoice_parties(fault, deciding, account, command->entity_id, command->customer_id,
                           draft);
}

void bill_account_decide(struct deciding *deciding, const Invoicing__BillAccount *command)
{
    struct fault fault = fault_none(deciding->arena);
    struct invoice_draft draft = {
        .issue_date = command->issue_date,
        .period_start = command->period_start,
        .period_end = command->period_end,
        .bill_run_id = command->bill_run_id,
        .cycle_key = command->cycle_key,
    };
    if (!command_check(&fault, deciding, command, &draft)) {
        fault_refuse(&fault, deciding);
        return;
    }
    if (answered_before(draft.account, command)) {
        deciding_answer(deciding, KIND_ACCOUNT, command->account_id);
        return;
    }
    const struct date start = {command->period_start->days}, end = {command->period_end->days};
    const struct refusal *before = billed_before(draft.account, command, start, end);
    if (before) {
        skip(deciding, command, before->code);
        return;
    }
    Invoicing__InvoiceIssued *issued;
    draft.invoice_id = bill_invoice_id(deciding->arena, command->account_id, command->cycle_key);
    if (deciding_state(deciding, KIND_INVOICE, draft.invoice_id))
        skip(deciding, command, REFUSAL_CYCLE_TOO_OLD.code);
    else if (!lines_gather(&fault, draft.account, start, end, &draft) ||
             !invoice_compose(&fault, deciding, &draft, &issued))
        skip(deciding, command, fault.refusal->code);
    else
        bill(deciding, command, issued);
}
