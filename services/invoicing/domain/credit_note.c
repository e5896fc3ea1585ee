/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/credit_note.h"

#include "services/invoicing/domain/credit.h"
#include "services/invoicing/domain/document_number.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/transition.h"

enum { TYPE_CREDIT_NOTE = 381, CREDIT_REQUESTS_MAX = 100 };

void credit_note_issue_declare(struct declaring *declaring,
                               const Invoicing__IssueCreditNote *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_CREDIT_NOTE, command->credit_note_id);
    declare_stream(declaring, KIND_INVOICE, command->invoice_id);
    declare_stream(declaring, KIND_LEGAL_ENTITY, command->entity_id);
    declare_series(declaring, command->entity_id, SERIES_CREDIT_NOTE);
}

static bool issue_check(struct fault *fault, const struct deciding *deciding,
                        const Invoicing__IssueCreditNote *command,
                        const Invoicing__InvoiceState *invoice)
{
    if (!check_id(fault, NULL, "credit_note_id", command->credit_note_id) ||
        !check_text_given(fault, NULL, "reason", command->reason, REASON_BYTES_MAX,
                          TEXT_NO_CONTROL))
        return false;
    if (command->n_groups > CREDIT_REQUESTS_MAX)
        return fault_set(fault, &REFUSAL_TOO_MANY_ELEMENTS, NULL, "groups", "at most %d",
                         CREDIT_REQUESTS_MAX);
    if (command->cancel && command->n_groups)
        return fault_set(fault, &REFUSAL_CANCEL_CREDITS_EVERYTHING, NULL, "groups", NULL);
    if (!invoice)
        return fault_set(fault, &REFUSAL_INVOICE_NOT_FOUND, NULL, "invoice_id", NULL);
    if (!text_equal(invoice->document->account_id, command->account_id))
        return fault_set(fault, &REFUSAL_ACCOUNT_MISMATCH, NULL, "account_id", NULL);
    if (!text_equal(invoice->document->entity_id, command->entity_id))
        return fault_set(fault, &REFUSAL_ACCOUNT_MISMATCH, NULL, "entity_id", NULL);
    if (deciding_state(deciding, KIND_CREDIT_NOTE, command->credit_note_id))
        return fault_set(fault, &REFUSAL_CREDIT_NOTE_EXISTS, NULL, "credit_note_id", NULL);
    return state_machine_allows(&invoice_machine, (int)invoice->status, "InvoiceCredited") ||
           fault_set(fault, &REFUSAL_INVOICE_CANCELLED, NULL, "invoice_id", NULL);
}

static bool credit_compute(struct credit *credit, const Invoicing__InvoiceState *invoice,
                           const Invoicing__IssueCreditNote *command, struct fault *fault)
{
    if (!credit_open(credit, invoice, fault))
        return false;
    if (money_is_zero(credit->left))
        return command->cancel ||
               fault_set(fault, &REFUSAL_NOTHING_LEFT_TO_CREDIT, NULL, "invoice_id", NULL);
    return command->n_groups
               ? credit_asked(credit, invoice->document, command->groups, command->n_groups, fault)
               : credit_rest(credit, fault);
}

static Invoicing__CreditNoteIssued *credit_note_of(struct arena *arena,
                                                   const Invoicing__IssueCreditNote *command,
                                                   const Invoicing__InvoiceIssued *document,
                                                   const struct credit *credit)
{
    Invoicing__CreditNoteIssued *issued =
        arena_new(arena, Invoicing__CreditNoteIssued, INVOICING__CREDIT_NOTE_ISSUED__INIT);
    issued->credit_note_id = command->credit_note_id;
    issued->invoice_id = document->invoice_id;
    issued->account_id = document->account_id;
    issued->customer_id = document->customer_id;
    issued->entity_id = document->entity_id;
    issued->type_code = TYPE_CREDIT_NOTE;
    issued->currency = document->currency;
    issued->preceding_number = document->number;
    issued->preceding_date = document->issue_date;
    issued->reason = command->reason;
    issued->account_number = document->account_number;
    issued->totals = arena_new(arena, Invoicing__Totals, INVOICING__TOTALS__INIT);
    issued->totals->line_net = money_to_message(arena, credit->net);
    issued->totals->net = issued->totals->line_net;
    issued->totals->tax = money_to_message(arena, credit->tax);
    issued->totals->gross = money_to_message(arena, credit->gross);
    issued->totals->payable = issued->totals->gross;
    issued->tax_lines = arena_get(arena, credit->count * sizeof *issued->tax_lines);
    for (size_t i = 0; i < credit->count; i++) {
        const struct credit_group *group = &credit->groups[i];
        if (money_is_zero(group->base) && money_is_zero(group->tax))
            continue;
        Invoicing__TaxLine *line = arena_new(arena, Invoicing__TaxLine, INVOICING__TAX_LINE__INIT);
        line->authority = group->original->authority;
        line->category = group->original->category;
        line->rate_ppm = group->original->rate_ppm;
        line->exemption_reason = group->original->exemption_reason;
        line->taxable_amount = money_to_message(arena, group->base);
        line->amount = money_to_message(arena, group->tax);
        issued->tax_lines[issued->n_tax_lines++] = line;
    }
    return issued;
}

static Invoicing__InvoiceCredited *credited_of(struct arena *arena,
                                               const Invoicing__CreditNoteIssued *issued)
{
    Invoicing__InvoiceCredited *credited =
        arena_new(arena, Invoicing__InvoiceCredited, INVOICING__INVOICE_CREDITED__INIT);
    credited->invoice_id = issued->invoice_id;
    credited->credit_note_id = issued->credit_note_id;
    credited->total = issued->totals->gross;
    credited->n_groups = issued->n_tax_lines;
    credited->groups = arena_get(arena, credited->n_groups * sizeof *credited->groups);
    for (size_t i = 0; i < credited->n_groups; i++) {
        const Invoicing__TaxLine *line = issued->tax_lines[i];
        Invoicing__CreditedGroup *group =
            arena_new(arena, Invoicing__CreditedGroup, INVOICING__CREDITED_GROUP__INIT);
        group->authority = line->authority;
        group->category = line->category;
        group->rate_ppm = line->rate_ppm;
        group->taxable_amount = line->taxable_amount;
        group->tax = line->amount;
        credited->groups[i] = group;
    }
    return credited;
}

static void cancel_emit(struct deciding *deciding, const Invoicing__IssueCreditNote *command,
                        const char *credit_note_id)
{
    Invoicing__InvoiceCancelled *cancelled =
        arena_new(deciding->arena, Invoicing__InvoiceCancelled, INVOICING__INVOICE_CANCELLED__INIT);
    cancelled->invoice_id = command->invoice_id;
    cancelled->credit_note_id = credit_note_id;
    cancelled->reason = command->reason;
    deciding_emit(deciding, KIND_INVOICE, command->invoice_id, &cancelled->base);
    deciding_answer(deciding, KIND_INVOICE, command->invoice_id);
}

/* Date and number of the credit note, and its books. */
static bool note_number(struct fault *fault, struct deciding *deciding,
                        const Invoicing__IssueCreditNote *command,
                        const Invoicing__LegalEntity *entity, Invoicing__CreditNoteIssued *issued)
{
    struct date issue;
    if (!document_issue_date(fault, deciding, entity, command->issue_date, &issue))
        return false;
    if (issue.days < issued->preceding_date->days)
        return fault_set(fault, &REFUSAL_ISSUE_DATE_BEFORE_INVOICE, NULL, "issue_date", NULL);
    issued->issue_date = date_to_message(deciding->arena, issue);
    if (!document_number_take(fault, deciding, entity, SERIES_CREDIT_NOTE, issue, &issued->number,
                              NULL))
        return false;
    deciding_books(deciding, entity->entity_id, issue.days, 0);
    return true;
}

void credit_note_issue_decide(struct deciding *deciding, const Invoicing__IssueCreditNote *command)
{
    struct fault fault = fault_none(deciding->arena);
    struct credit credit;
    const Invoicing__InvoiceState *invoice =
        deciding_state(deciding, KIND_INVOICE, command->invoice_id);
    if (!issue_check(&fault, deciding, command, invoice) ||
        !credit_compute(&credit, invoice, command, &fault)) {
        fault_refuse(&fault, deciding);
        return;
    }
    const Invoicing__LegalEntityState *entity =
        deciding_state(deciding, KIND_LEGAL_ENTITY, command->entity_id);
    if (!entity) {
        deciding_refuse(deciding, &REFUSAL_ENTITY_NOT_FOUND, "entity_id", NULL);
        return;
    }
    /* Everything was credited before, one by one: cancelling needs no further document. */
    if (money_is_zero(credit.left)) {
        const struct date today = {
            deciding_local_days(deciding, entity->entity->zone, deciding->now_us)};
        deciding_books(deciding, command->entity_id, today.days, 0);
        cancel_emit(deciding, command,
                    invoice->n_credit_note_ids
                        ? invoice->credit_note_ids[invoice->n_credit_note_ids - 1]
                        : "");
        return;
    }
    Invoicing__CreditNoteIssued *issued =
        credit_note_of(deciding->arena, command, invoice->document, &credit);
    if (!note_number(&fault, deciding, command, entity->entity, issued)) {
        fault_refuse(&fault, deciding);
        return;
    }
    deciding_emit(deciding, KIND_CREDIT_NOTE, command->credit_note_id, &issued->base);
    deciding_emit(deciding, KIND_INVOICE, command->invoice_id,
                  &credited_of(deciding->arena, issued)->base);
    if (command->cancel)
        cancel_emit(deciding, command, command->credit_note_id);
}

void credit_note_evolve_issued(struct arena *arena, Invoicing__CreditNoteState *state,
                               const Invoicing__CreditNoteIssued *event)
{
    (void)arena;
    state->document = (Invoicing__CreditNoteIssued *)event;
    state->entity_id = event->entity_id;
}
